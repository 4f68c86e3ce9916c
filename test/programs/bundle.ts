/**
 * The programs as plain JavaScript, built once per run of the tests: tsx takes seconds of a core to start
 * one from its sources, node takes half of one from here, and the tests start a hundred of them.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { TestProject } from "vitest/node"
import { bundle } from "../../build/bundle.mjs"

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of `<program>.mjs`. */
    readonly programs: string
  }
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const PROGRAMS = "src/programs"

const sources = [
  ...readdirSync(join(ROOT, PROGRAMS)).flatMap((name) =>
    name.endsWith(".ts") ? [`${PROGRAMS}/${name}`] : []
  ),
  "test/layers/sqlite/database/lock-holder.ts"
]

const programs = Object.fromEntries(sources.map((path) => [basename(path, ".ts"), path]))

const bundleInto = (folder: string) =>
  bundle({ programs, folder }).catch(() => {
    // esbuild has said what is wrong; tests that start no program can still run.
  })

/** Inside `node_modules`, where the packages left out are found, and a folder of its own: others may test too. */
export default async (project: TestProject) => {
  const folder = mkdtempSync(join(ROOT, "node_modules", ".kalshi-programs-"))
  await bundleInto(folder)
  project.provide("programs", folder)
  project.onTestsRerun(async () => void (await bundleInto(folder)))
  return () => rmSync(folder, { recursive: true, force: true })
}
