/** Collects the licences of the packages in a bundle. Their text must be distributed with every copy. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/
const NAMES = /^(licen[cs]e|copying|notice)/i

/** @param {import("esbuild").Metafile} metafile */
export const licencesOf = ({ outputs }) => {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs))
  const folders = new Set(inputs.flatMap((input) => FOLDER.exec(input)?.[0] ?? []))
  return [...folders]
    .sort()
    .map((folder) => {
      const { license, name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
      const texts = readdirSync(folder)
        .filter((file) => NAMES.test(file))
        .map((file) => readFileSync(join(folder, file), "utf8").trim())
      return [`${name} ${version} (${license})`, ...texts].join("\n\n")
    })
    .join(`\n\n${"-".repeat(80)}\n\n`)
}
