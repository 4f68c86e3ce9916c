#!/usr/bin/env node
/** The command that npm installs: the built programs, or in a checkout that is not built, their sources. */
import { existsSync, readdirSync, statSync } from "node:fs"
import module from "node:module"
import { fileURLToPath } from "node:url"

const [major, minor] = process.versions.node.split(".").map(Number)
if (major < 20 || (major === 20 && minor < 12)) {
  console.error(`kalshi: Node 20.12 or newer is needed, and this is ${process.versions.node}`)
  process.exit(1)
}

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

const [built, sources] = [at("dist/kalshi.mjs"), ["src", "migrations"].map(at)]

/** A checkout may be newer than what was built of it; a package holds no sources. */
const isCurrent = () => {
  if (!existsSync(built)) return false
  const builtAt = statSync(built).mtimeMs
  return sources.every(
    (folder) =>
      !existsSync(folder) ||
      readdirSync(folder, { recursive: true }).every(
        (file) => statSync(`${folder}/${file}`).mtimeMs <= builtAt
      )
  )
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

if (isCurrent()) {
  // Node 22.8 and later keep what they compiled for the next start.
  module.enableCompileCache?.()
  await import(new URL("../dist/kalshi.mjs", import.meta.url).href)
} else await runSources()
