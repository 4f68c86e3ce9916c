/** Whether what is built is what the sources of a checkout say. */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { fileURLToPath } from "node:url"

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

const built = at("dist/kalshi.mjs")

/** Beside what was built: what it was built of. */
export const digestFile = at("dist/sources.sha256")

const entries = () =>
  ["migrations", "src"].flatMap((folder) =>
    readdirSync(at(folder), { recursive: true })
      .map((name) => `${folder}/${name}`)
      .sort()
  )

export const digestOfSources = () => {
  const hash = createHash("sha256")
  for (const path of entries()) {
    hash.update(`${path}\n`)
    if (statSync(at(path)).isFile()) hash.update(readFileSync(at(path)))
  }
  return hash.digest("hex")
}

/** Times are looked at first, since that is quick; a copy of a checkout may have times of its own. */
export const isBuilt = () => {
  if (!existsSync(built) || !existsSync(digestFile)) return false
  const builtAt = statSync(built).mtimeMs
  return (
    entries().every((path) => statSync(at(path)).mtimeMs <= builtAt) ||
    readFileSync(digestFile, "utf8").trim() === digestOfSources()
  )
}
