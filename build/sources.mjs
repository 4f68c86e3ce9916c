/** Tells whether the built files match the sources of a checkout. */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { fileURLToPath } from "node:url"

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

const built = at("dist/kalshi.mjs")

/** The file beside the built files that holds the digest of their sources. */
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

/**
 * Tells whether `dist/` is up to date. Modification times are compared first, because that is fast; if they
 * are newer, as they may be in a copied checkout, the digest decides.
 */
export const isBuilt = () => {
  if (!existsSync(built) || !existsSync(digestFile)) return false
  const builtAt = statSync(built).mtimeMs
  return (
    entries().every((path) => statSync(at(path)).mtimeMs <= builtAt) ||
    readFileSync(digestFile, "utf8").trim() === digestOfSources()
  )
}
