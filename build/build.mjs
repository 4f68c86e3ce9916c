/** Makes `dist/`, which the installed command runs. npm does so before it packs, and after it installs a checkout. */
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
  // npm may run this in an installed package, too, which was built before it was packed.
} else if (isInstalled("esbuild")) {
  const { bundle } = await import("./bundle.mjs")
  const { licencesOf } = await import("./licences.mjs")
  const { digestFile, digestOfSources } = await import("./sources.mjs")
  rmSync(folder, { recursive: true, force: true })
  const digest = digestOfSources()
  const { metafile } = await bundle({ programs: { kalshi: "src/programs/kalshi.ts" }, folder })
  writeFileSync(`${folder}/LICENCES.txt`, `${licencesOf(metafile)}\n`)
  writeFileSync(digestFile, `${digest}\n`)
} else {
  console.error("dist/ is not built: that needs the development packages (npm install --include=dev)")
  // An installation without them (npm ci --omit=dev) is none the worse for it.
  process.exitCode = process.env.npm_lifecycle_event === "prepare" ? 0 : 1
}
