/** Writes the declarations of the library: those of `src/index.ts` and of what it refers to. */
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))

/** Matches the paths of a declaration's imports, such as `"./domain/errors.ts"`. */
const IMPORTS = /(?<=\b(?:from|import\() ?")(\.[^"]+)\.ts(?=")/g

/** @param {string} folder The folder that gets `index.d.ts` and the declarations beside it. */
export const writeTypes = (folder) => {
  const emitted = mkdtempSync(join(tmpdir(), "kalshi-types-"))
  try {
    const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc")
    execFileSync(process.execPath, [tsc, "-p", join(root, "build", "tsconfig.json"), "--outDir", emitted], {
      cwd: root,
      stdio: "inherit"
    })
    const sources = join(emitted, "src")
    const copied = new Set()
    // The compiler also emits what the library hides: layers, migrations, decoders.
    const copy = (file) => {
      if (copied.has(file)) return
      copied.add(file)
      const text = readFileSync(`${file}.d.ts`, "utf8")
      const target = join(folder, `${relative(sources, file)}.d.ts`)
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, text.replace(IMPORTS, "$1.js"))
      for (const [path = ""] of text.matchAll(IMPORTS)) copy(join(dirname(file), path.replace(/\.ts$/, "")))
    }
    copy(join(sources, "index"))
  } finally {
    rmSync(emitted, { recursive: true, force: true })
  }
}
