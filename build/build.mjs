/**
 * Builds `dist/`, which the installed command runs. npm runs this script before it packs the package, and
 * after it installs a checkout.
 */
import { existsSync, rmSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

const folder = at("dist")

const isInstalled = (name) => {
  try {
    return import.meta.resolve(name) !== ""
  } catch {
    return false
  }
}

if (!existsSync(at("src"))) {
  // An installed package has no sources and was built before it was packed; npm may run this script in it,
  // too.
} else if (isInstalled("esbuild")) {
  const { bundle, bundleLibrary } = await import("./bundle.mjs")
  const { licencesOf } = await import("./licences.mjs")
  const { writeTypes } = await import("./types.mjs")
  const { digestFile, digestOfSources } = await import("./sources.mjs")
  rmSync(folder, { recursive: true, force: true })
  const digest = digestOfSources()
  const { metafile } = await bundle({ programs: { kalshi: "src/programs/kalshi.ts" }, folder })
  const library = await bundleLibrary(`${folder}/library`)
  writeTypes(`${folder}/library`)
  const outputs = { ...metafile.outputs, ...library.metafile.outputs }
  writeFileSync(`${folder}/LICENCES.txt`, `${licencesOf({ outputs })}\n`)
  writeFileSync(digestFile, `${digest}\n`)
} else {
  console.error("dist/ is not built: that needs the development packages (npm install --include=dev)")
  // An installation without development packages (npm ci --omit=dev) must not fail.
  process.exitCode = process.env.npm_lifecycle_event === "prepare" ? 0 : 1
}
