/** The package as npm installs it: what `npm pack` makes, with the packages that it depends on and no others. */
import { execFileSync, spawnSync } from "node:child_process"
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const require = createRequire(import.meta.url)
const { dependencies, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))

let home = ""
let installed = ""

const folderOf = (name: string) => join(root, "node_modules", name)

const link = (name: string, into: string) => {
  mkdirSync(dirname(join(into, "node_modules", name)), { recursive: true })
  symlinkSync(folderOf(name), join(into, "node_modules", name), "junction")
}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "kalshi-packed-"))
  execFileSync("npm", ["pack", "--silent", "--pack-destination", home], { cwd: root })
  const [tarball = ""] = readdirSync(home)
  execFileSync("tar", ["-xzf", tarball], { cwd: home })
  installed = join(home, "package")
  for (const name of Object.keys(dependencies)) link(name, installed)
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Away from the checkout, so that nothing of it is found by chance. */
const kalshi = (args: ReadonlyArray<string>, from = installed) =>
  spawnSync(process.execPath, [join(from, "bin", "kalshi.js"), ...args], { cwd: home, encoding: "utf8" })

describe("the packed command", () => {
  it("tells its version", () => {
    const { status, stdout } = kalshi(["--version"])
    assert.strictEqual(status, 0)
    assert.include(stdout, version)
  })

  it("makes a directory, queries it and exports it, threads and all", () => {
    const on = ["--data-dir", "recorded"]
    assert.strictEqual(kalshi(["init", ...on]).status, 0)
    const { stderr, stdout } = kalshi(["query", "SELECT 6 * 7 AS n", "--format", "csv", ...on])
    assert.strictEqual(stdout.trim(), "n\n42", stderr)
    const csv = kalshi(["export-csv", ...on])
    assert.strictEqual(csv.status, 0, csv.stderr)
  })

  it("has the thread that interprets ready made", async () => {
    const thread = new Worker(join(installed, "dist", "boot.mjs"))
    const said = await new Promise((resolve, reject) => {
      thread.once("message", resolve).once("error", reject)
    })
    await thread.terminate()
    assert.strictEqual(said, "ready")
  })

  it("is not built again where it is installed, if npm tries", () => {
    const { status } = spawnSync(process.execPath, ["build/build.mjs"], { cwd: installed })
    assert.strictEqual(status, 0)
    assert.strictEqual(kalshi(["--version"]).status, 0)
  })

  it("loads at its start what it needs, and no more", () => {
    const dist = join(installed, "dist")
    /** A file of the bundle with all that it imports, but for what it loads when it is asked to. */
    const loadedWith = (file: string, known = new Set<string>()): ReadonlySet<string> => {
      const code = readFileSync(join(dist, file), "utf8")
      known.add(file)
      for (const [, imported = ""] of code.matchAll(/\b(?:import|from)\s*"\.\/([\w.-]+)"/g)) {
        if (!known.has(imported)) loadedWith(imported, known)
      }
      return known
    }
    const bytes = (files: ReadonlySet<string>) =>
      [...files].reduce((sum, file) => sum + statSync(join(dist, file)).size, 0)
    const commandFile = (name: string) =>
      readdirSync(dist).find((file) => new RegExp(`^${name}-[A-Z0-9]+\\.mjs$`).test(file)) ?? ""

    assert.isBelow(bytes(loadedWith("kalshi.mjs")), 250_000, "help and version come without Effect")
    const status = [...loadedWith(commandFile("status"))].map((file) =>
      readFileSync(join(dist, file), "utf8")
    )
    assert.isAbove(status.length, 1)
    assert.isEmpty(
      status.filter((code) => code.includes("@duckdb/node-bindings")),
      "DuckDB is for queries and exports"
    )
  })

  it("ships what it runs, and the licences of what went into it", () => {
    assert.notInclude(readdirSync(installed), "src")
    const licences = readFileSync(join(installed, "dist", "LICENCES.txt"), "utf8")
    for (const name of ["effect", "undici"]) {
      assert.match(licences, new RegExp(`^${name} ${require(`${name}/package.json`).version} \\(MIT\\)`, "m"))
    }
  })

  /** Installed, but for what npm left out. */
  const without = (name: string) => {
    const bare = join(home, `without-${name.replace("/", "-")}`)
    cpSync(installed, bare, { recursive: true, filter: (path) => !path.endsWith("node_modules") })
    for (const other of Object.keys(dependencies)) if (other !== name) link(other, bare)
    return bare
  }

  it("says how to install it when npm ran no script for the machine code of better-sqlite3", () => {
    const bare = without("better-sqlite3")
    for (const name of ["bindings", "file-uri-to-path"]) link(name, bare)
    for (const part of ["lib", "package.json"]) {
      cpSync(join(folderOf("better-sqlite3"), part), join(bare, "node_modules", "better-sqlite3", part), {
        recursive: true
      })
    }
    const { status, stderr } = kalshi(["init", "--data-dir", "other"], bare)
    assert.strictEqual(status, 1)
    assert.match(stderr, /^kalshi: .*better-sqlite3 .*--allow-scripts=better-sqlite3[^\n]*\n$/)
  })

  it("says what is wrong when npm left out DuckDB's machine code", () => {
    const bare = without("@duckdb/node-bindings")
    const bindings = join("node_modules", "@duckdb", "node-bindings")
    // Its own packages, one a platform, are optional: as a copy, it finds none of them.
    cpSync(join(root, bindings), join(bare, bindings), { recursive: true })
    const { status, stderr } = kalshi(["query", "SELECT 1", "--data-dir", "recorded"], bare)
    assert.strictEqual(status, 1)
    assert.match(stderr, /^kalshi: DuckDB has no machine code for \w+ on \w+; [^\n]*\n$/)
  })
})

describe("the command in a checkout", () => {
  /** A checkout of its own, by links, with a program in its `dist` that ends with 9. */
  const checkout = (name: string, digest: string) => {
    const folder = join(home, name)
    for (const part of ["bin", "build"]) cpSync(join(root, part), join(folder, part), { recursive: true })
    for (const part of ["src", "migrations", "node_modules", "package.json"]) {
      symlinkSync(join(root, part), join(folder, part))
    }
    mkdirSync(join(folder, "dist"))
    writeFileSync(join(folder, "dist", "sources.sha256"), digest)
    const built = join(folder, "dist", "kalshi.mjs")
    writeFileSync(built, "process.exit(9)")
    utimesSync(built, 0, 0)
    return folder
  }

  it("runs the sources where they have changed since", () => {
    const { status, stderr, stdout } = kalshi(["--version"], checkout("changed", "of other sources"))
    assert.strictEqual(status, 0, stderr)
    assert.include(stdout, version)
  })

  it("runs what is built where the sources are newer, and the same", () => {
    const same = readFileSync(join(root, "dist", "sources.sha256"), "utf8")
    assert.strictEqual(kalshi(["--version"], checkout("copied", same)).status, 9)
  })

  it("says what to do when there is nothing that it could run", () => {
    const bare = join(home, "bare")
    for (const part of ["bin", "build", "src", "migrations", "package.json"]) {
      cpSync(join(root, part), join(bare, part), { recursive: true })
    }
    const { status, stderr } = kalshi(["--version"], bare)
    assert.strictEqual(status, 1)
    assert.match(stderr, /npm install, then npm run build/)
  })
})
