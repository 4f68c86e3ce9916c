/**
 * The programs as plain JavaScript, built once per run of the tests: tsx takes seconds of a core to start
 * one from its sources, node takes half of one from here, and the tests start a hundred of them.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build, type Plugin } from "esbuild"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of `<program>.mjs`. */
    readonly programs: string
  }
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const PROGRAMS = join(ROOT, "src", "programs")

const entries = [
  ...readdirSync(PROGRAMS).flatMap((name) => (name.endsWith(".ts") ? [join(PROGRAMS, name)] : [])),
  join(ROOT, "test", "layers", "sqlite", "lock-holder.ts")
]

/** A source that looks for a file beside it, such as a thread's, still finds it: in `src`, as it stands. */
const whereTheyStand: Plugin = {
  name: "where they stand",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/](src|migrations|test)[\\/].*\.ts$/ }, ({ path }) => {
      if (path.includes("node_modules")) return undefined
      const url = JSON.stringify(pathToFileURL(path).href)
      return { contents: readFileSync(path, "utf8").replaceAll("import.meta.url", url), loader: "ts" }
    })
}

const bundle = (folder: string) =>
  build({
    entryPoints: entries,
    outdir: folder,
    entryNames: "[name]",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    // What brings machine code along is loaded from where npm put it.
    external: ["better-sqlite3", "esbuild", "@duckdb/*", "@parcel/watcher", "msgpackr-extract"],
    // Packages that are CommonJS ask for node's own modules by `require`.
    banner: {
      js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);'
    },
    plugins: [whereTheyStand],
    logLevel: "warning"
  }).catch(() => {
    // esbuild has said what is wrong; tests that start no program can still run.
  })

/** Inside `node_modules`, where the packages left out are found, and a folder of its own: others may test too. */
export default async (project: TestProject) => {
  const folder = mkdtempSync(join(ROOT, "node_modules", ".kalshi-programs-"))
  await bundle(folder)
  project.provide("programs", folder)
  project.onTestsRerun(async () => void (await bundle(folder)))
  return () => rmSync(folder, { recursive: true, force: true })
}
