/**
 * How the programs become plain JavaScript. Packages go into the files, which load many times faster than hundreds of
 * small modules do; those that bring machine code along stay where npm put them.
 */
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const root = fileURLToPath(new URL("..", import.meta.url))

/**
 * Threads and processes start from files of their own, which the sources look for beside themselves: every file of a bundle,
 * entry point or shared, lies in one folder. A bundle needs no boot.mjs, which compiles the thread's sources.
 */
const threads = {
  boot: "src/layers/interpreter/worker.ts",
  "integrity.child": "src/layers/sqlite/integrity.child.mjs",
  "snapshot.worker": "src/layers/sqlite/snapshot.worker.mjs"
}

/** Packages that are loaded from `node_modules`: those with machine code. */
const external = ["better-sqlite3", "@duckdb/node-bindings"]

/**
 * Makes `<name>.mjs` in a folder of each program, and of the threads that they start.
 *
 * @param {{ programs: Record<string, string>, folder: string }} what Sources by name, from the root of the project.
 */
export const bundle = ({ programs, folder }) =>
  build({
    absWorkingDir: root,
    entryPoints: { ...threads, ...programs },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What a command loads when it runs stays a file of its own.
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external,
    // Packages that are CommonJS ask for Node's own modules by `require`.
    banner: {
      js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);'
    },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    metafile: true,
    logLevel: "warning"
  })
