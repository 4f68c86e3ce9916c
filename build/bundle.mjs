/**
 * Bundles the programs as plain JavaScript. Packages are included, because a few large files load many times
 * faster than hundreds of small modules; packages with native code stay in `node_modules`.
 */
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const root = fileURLToPath(new URL("..", import.meta.url))

/**
 * The entry points of threads and child processes. The sources look for these files in their own folder, so
 * all files of a bundle are in one folder.
 */
const threads = {
  "range-worker": "src/layers/replay/range-worker.ts",
  "tables-worker": "src/layers/replay/tables-worker.ts",
  "maintenance-worker": "src/programs/maintenance/maintenance-worker.ts",
  "integrity.child": "src/layers/sqlite/database/integrity.child.mjs"
}

/** Packages with native code, which are loaded from `node_modules`. */
const native = ["better-sqlite3", "@duckdb/node-bindings"]

const write = ({ entryPoints, folder, external }) =>
  build({
    absWorkingDir: root,
    entryPoints,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // Code that a command loads when it runs stays in files of its own.
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external,
    // CommonJS packages load Node's modules with `require`.
    banner: {
      js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);'
    },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    metafile: true,
    logLevel: "warning"
  })

/**
 * Writes one file `<name>.mjs` to a folder for each program, thread and child process.
 *
 * @param {{ programs: Record<string, string>, folder: string }} what The sources, by name.
 */
export const bundle = ({ programs, folder }) =>
  write({ entryPoints: { ...threads, ...programs }, folder, external: native })

/**
 * Writes the library, `index.mjs`, to a folder. Services and layers work in the instance of Effect that made
 * them, so Effect is left to the program that imports the library.
 *
 * @param {string} folder
 */
export const bundleLibrary = (folder) =>
  write({ entryPoints: { index: "src/index.ts" }, folder, external: [...native, "effect"] })
