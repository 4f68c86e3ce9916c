/**
 * The programs as plain JavaScript, built once for each run of the tests. tsx takes seconds of a core to
 * start a program from its sources, node half a second from here, and the tests start about a hundred.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { TestProject } from "vitest/node"
import { bundle } from "../../build/bundle.mjs"

declare module "vitest" {
  interface ProvidedContext {
    /** The folder with `<program>.mjs`. */
    readonly programs: string
  }
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const PROGRAMS = "src/programs"

const sources = [
  ...readdirSync(join(ROOT, PROGRAMS)).flatMap((name) =>
    name.endsWith(".ts") ? [`${PROGRAMS}/${name}`] : []
  ),
  "test/layers/archive/seal-child.ts",
  "test/layers/lake/flush-child.ts",
  "test/layers/sqlite/database/lock-holder.ts"
]

const programs = Object.fromEntries(sources.map((path) => [basename(path, ".ts"), path]))

const bundleInto = (folder: string) =>
  bundle({ programs, folder }).catch(() => {
    // esbuild has printed the errors; tests that start no program can still run.
  })

/**
 * A folder of its own inside `node_modules`, where the packages left out are found; other test runs may use
 * the same place.
 */
export default async (project: TestProject) => {
  const folder = mkdtempSync(join(ROOT, "node_modules", ".kalshi-programs-"))
  await bundleInto(folder)
  project.provide("programs", folder)
  project.onTestsRerun(async () => void (await bundleInto(folder)))
  return () => rmSync(folder, { recursive: true, force: true })
}
