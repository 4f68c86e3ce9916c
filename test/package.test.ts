/** The package as npm sees it, and the packages that npm installs with it. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"

const root = new URL("../", import.meta.url)
const read = (path: string) => readFileSync(fileURLToPath(new URL(path, root)), "utf8")

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
}

const packages: Readonly<Record<string, Locked>> = JSON.parse(read("package-lock.json")).packages
const installed = Object.entries(packages).filter(([path, { link }]) => path !== "" && link !== true)

describe("the lock file", () => {
  it("holds the packages of every platform", () => {
    assert.isAbove(installed.length, 100)
    for (const platform of ["darwin-arm64", "linux-arm64", "linux-x64", "win32-x64"]) {
      assert.property(packages, `node_modules/@duckdb/node-bindings-${platform}`)
    }
  })

  it("names the registry and the hash of each package, of other platforms too", () => {
    const wanting = installed.filter(([, { integrity, resolved }]) => {
      const fromRegistry = resolved?.startsWith("https://registry.npmjs.org/") === true
      return !fromRegistry || !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? "")
    })
    assert.deepStrictEqual(
      wanting.map(([path]) => path),
      [],
      "npm installs such a package without checking it"
    )
  })

  it("is complete whatever the user's own settings of npm are", () => {
    assert.match(read(".npmrc"), /^omit-lockfile-registry-resolved=false$/m)
  })
})
