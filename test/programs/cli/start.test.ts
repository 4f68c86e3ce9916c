/**
 * The modules that `kalshi --help` loads: the definitions and commander, and none that only a running program
 * needs.
 */
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"

const ROOT = fileURLToPath(new URL("../../..", import.meta.url))

/**
 * Imports of values only: types are removed before anything is loaded, and `import()` is called when a
 * program runs.
 */
const STATIC_IMPORT = /^(?:import|export)\s+(?!type\s)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm

const packagesOf = (file: string): ReadonlySet<string> => {
  const [packages, seen] = [new Set<string>(), new Set<string>()]
  const visit = (path: string) => {
    if (seen.has(path)) return
    seen.add(path)
    for (const [, of = ""] of readFileSync(path, "utf8").matchAll(STATIC_IMPORT)) {
      if (of.startsWith(".")) visit(join(dirname(path), of))
      else packages.add(of)
    }
  }
  visit(join(ROOT, file))
  return packages
}

describe("kalshi", () => {
  it("starts with commander and Node alone", () => {
    const packages = [...packagesOf("src/programs/kalshi.ts")].filter((name) => !name.startsWith("node:"))
    assert.deepStrictEqual(packages, ["commander"])
  })

  it("loads Effect when a program runs", () => {
    assert.include([...packagesOf("src/programs/commands/status.ts")], "effect")
  })
})
