#!/usr/bin/env node
/** The command that npm installs: the built programs, or in a checkout that is not built, their sources. */
import { existsSync } from "node:fs"
import module from "node:module"

const [major, minor] = process.versions.node.split(".").map(Number)
if (major < 20 || (major === 20 && minor < 12)) {
  console.error(`kalshi: Node 20.12 or newer is needed, and this is ${process.versions.node}`)
  process.exit(1)
}

/** A checkout may be newer than its build; a package contains no sources. */
const isBuilt = async () => {
  if (!existsSync(new URL("../src", import.meta.url))) return true
  const sources = await import("../build/sources.mjs")
  return sources.isBuilt()
}

const runSources = async () => {
  const tsx = await import("tsx/esm/api").catch(() => undefined)
  if (tsx === undefined) {
    console.error("kalshi: this checkout is not built; run npm install, then npm run build")
    process.exitCode = 1
    return
  }
  tsx.register()
  await import("../src/programs/kalshi.ts")
}

if (await isBuilt()) {
  // Node 22.8 and later keep compiled code for the next start.
  module.enableCompileCache?.()
  await import("../dist/kalshi.mjs")
} else await runSources()
