/** The package as npm installs it: the result of `npm pack` with its dependencies and no other packages. */
import { execFileSync, spawn, spawnSync } from "node:child_process"
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
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { transformSync } from "esbuild"

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

/** Outside the checkout, so that no module of it is found by chance. */
const kalshi = (args: ReadonlyArray<string>, from = installed) =>
  spawnSync(process.execPath, [join(from, "bin", "kalshi.js"), ...args], { cwd: home, encoding: "utf8" })

describe("the packed command", () => {
  it("prints its version", () => {
    const { status, stdout } = kalshi(["--version"])
    assert.strictEqual(status, 0)
    assert.include(stdout, version)
  })

  it("creates a directory, queries it and exports it, including its threads", () => {
    const on = ["--data-dir", "recorded"]
    assert.strictEqual(kalshi(["init", ...on]).status, 0)
    const { stderr, stdout } = kalshi(["query", "SELECT 6 * 7 AS n", "--format", "csv", ...on])
    assert.strictEqual(stdout.trim(), "n\n42", stderr)
    const csv = kalshi(["export-csv", ...on])
    assert.strictEqual(csv.status, 0, csv.stderr)
  })

  it("is not built again if npm tries to build it where it is installed", () => {
    const { status } = spawnSync(process.execPath, ["build/build.mjs"], { cwd: installed })
    assert.strictEqual(status, 0)
    assert.strictEqual(kalshi(["--version"]).status, 0)
  })

  it("loads only the modules that it needs at its start", () => {
    const dist = join(installed, "dist")
    /** A file of the bundle with all files that it imports statically. */
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

  it("contains everything that it runs, and the licences of the bundled packages", () => {
    assert.notInclude(readdirSync(installed), "src")
    const licences = readFileSync(join(installed, "dist", "LICENCES.txt"), "utf8")
    for (const name of ["effect", "undici"]) {
      assert.match(licences, new RegExp(`^${name} ${require(`${name}/package.json`).version} \\(MIT\\)`, "m"))
    }
  })

  /** The installed package, without the files that npm left out. */
  const without = (name: string) => {
    const bare = join(home, `without-${name.replace("/", "-")}`)
    cpSync(installed, bare, { recursive: true, filter: (path) => !path.endsWith("node_modules") })
    for (const other of Object.keys(dependencies)) if (other !== name) link(other, bare)
    return bare
  }

  it("says how to install it if npm has not run the install script of better-sqlite3", () => {
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

  it("reports missing machine code of DuckDB", () => {
    const bare = without("@duckdb/node-bindings")
    const bindings = join("node_modules", "@duckdb", "node-bindings")
    // Its own packages, one for each platform, are optional: a copy finds none of them.
    cpSync(join(root, bindings), join(bare, bindings), { recursive: true })
    const { status, stderr } = kalshi(["query", "SELECT 1", "--data-dir", "recorded"], bare)
    assert.strictEqual(status, 1)
    assert.match(stderr, /^kalshi: DuckDB has no machine code for \w+ on \w+; [^\n]*\n$/)
  })
})

describe("the packed library", () => {
  let user = ""

  /** A program of a user, with the library and what it needs beside it, as npm installs them. */
  beforeAll(async () => {
    user = join(home, "user")
    const library = join(user, "node_modules", "kalshi-tape")
    cpSync(installed, library, { recursive: true, filter: (path) => !path.endsWith("node_modules") })
    for (const name of [...Object.keys(dependencies), "effect", "@types/node"]) link(name, user)
    for (const name of readdirSync(join(root, "examples")))
      cpSync(join(root, "examples", name), join(user, name))
    writeFileSync(join(user, "package.json"), JSON.stringify({ type: "module" }))

    const exchange = spawn(process.execPath, [
      ...[join(installed, "bin", "kalshi.js"), "exchange", "--port", "0", "--markets", "20", "--json"]
    ])
    try {
      const said = await new Promise<string>((resolve, reject) => {
        let text = ""
        exchange.stdout.setEncoding("utf8").on("data", (part: string) => {
          text += part
          if (text.includes("}")) resolve(text)
        })
        exchange.once("close", () => reject(new Error("the exchange ended")))
      })
      const url = /http:[^"]+/.exec(said)?.[0] ?? ""
      const once = ["collect", "--once", "--feeds", "markets", "--data-dir", "user/data", "--api-url", url]
      for (const _ of ["a first slot", "a second slot"]) {
        const { status, stderr } = kalshi(once)
        assert.strictEqual(status, 0, stderr)
      }
    } finally {
      exchange.kill()
    }
  })

  /** Runs an example as the user's program, from JavaScript. */
  const example = (name: string, ...args: ReadonlyArray<string>) => {
    const source = readFileSync(join(user, `${name}.ts`), "utf8")
    writeFileSync(join(user, `${name}.js`), transformSync(source, { loader: "ts", format: "esm" }).code)
    return spawnSync(process.execPath, [`${name}.js`, ...args], { cwd: user, encoding: "utf8" })
  }

  it("prints a market's latest price, in the user's own instance of Effect", () => {
    const { stdout: listed } = kalshi([
      "query",
      "SELECT min(ticker) AS t FROM price_snapshots",
      "--format",
      "csv",
      "--data-dir",
      "user/data"
    ])
    const ticker = listed.split("\n")[1] ?? ""
    const { status, stderr, stdout } = example("latest-price", ticker, "data")
    assert.strictEqual(status, 0, stderr)
    assert.match(stdout, /^KX\S+: bid [\d.]+, ask [\d.]+, last [\d.]+ cents at \d{4}-\d\d-\d\dT[\d:.]+Z\n$/)
    assert.match(example("latest-price", "KX-NONE", "data").stdout, /^no price of KX-NONE is recorded\n$/)
  })

  it("draws a market's day, asking the query layer and the repository", () => {
    const { status, stderr, stdout } = example("day-chart", "data")
    assert.strictEqual(status, 0, stderr)
    assert.match(
      stdout,
      /^KX\S+ on \d{4}-\d\d-\d\d, price of YES in cents\n(?:\d\d:\d\d (?: *\d+\.\d\d █*|no price)\n)+$/
    )
  })

  it("runs a query of the cookbook, which the package contains", () => {
    const { status, stderr, stdout } = example("cookbook", "price-history", "data")
    assert.strictEqual(status, 0, stderr)
    assert.match(stdout, /slot_is/)
    assert.strictEqual(example("cookbook", "nothing", "data").stdout, "the cookbook has no query nothing\n")
  })

  it("says that nothing is recorded in a folder without a database, as a typed failure", () => {
    const { status, stderr } = example("latest-price", "KX-NONE", "nowhere")
    assert.strictEqual(status, 1)
    assert.match(stderr, /NoDatabase/)
  })

  it("leaves Effect to the user, and DuckDB to the first query", () => {
    const library = join(user, "node_modules", "kalshi-tape", "dist", "library")
    const code = readFileSync(join(library, "index.mjs"), "utf8")
    assert.include(code, 'from"effect"')
    assert.notInclude(code, "@duckdb/node-bindings")
    // Only the module of Effect that defines fibers names their ids.
    const defines = (folder: string) =>
      readdirSync(folder).filter(
        (name) =>
          name.endsWith(".mjs") && readFileSync(join(folder, name), "utf8").includes('"effect/FiberId"')
      )
    assert.isNotEmpty(defines(join(installed, "dist")), "the command contains Effect")
    assert.isEmpty(defines(library))
  })

  it("has types that name Effect and nothing else, and the examples fit them", () => {
    const library = join(user, "node_modules", "kalshi-tape", "dist", "library")
    const declarations = readdirSync(library, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".d.ts")
    )
    const imported = declarations.flatMap((name) =>
      [...readFileSync(join(library, name), "utf8").matchAll(/(?:from|import\() ?"([^."][^"]*)"/g)].map(
        ([, of = ""]) => of
      )
    )
    assert.isEmpty(imported.filter((of) => !/^effect(?:\/|$)/.test(of)))

    const compilerOptions = {
      strict: true,
      module: "NodeNext",
      target: "ES2023",
      noEmit: true,
      types: ["node"]
    }
    writeFileSync(join(user, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }))
    const tsc = join(folderOf("typescript"), "bin", "tsc")
    const { status, stdout } = spawnSync(process.execPath, [tsc], { cwd: user, encoding: "utf8" })
    assert.strictEqual(status, 0, stdout)
  })
})

describe("the command in a checkout", () => {
  /** A checkout made of links, with a program in its `dist` that ends with 9. */
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

  it("runs the sources if they have changed since the build", () => {
    const { status, stderr, stdout } = kalshi(["--version"], checkout("changed", "of other sources"))
    assert.strictEqual(status, 0, stderr)
    assert.include(stdout, version)
  })

  it("runs the build if the sources have newer times but the same content", () => {
    const same = readFileSync(join(root, "dist", "sources.sha256"), "utf8")
    assert.strictEqual(kalshi(["--version"], checkout("copied", same)).status, 9)
  })

  it("says what to do if there is nothing to run", () => {
    const bare = join(home, "bare")
    for (const part of ["bin", "build", "src", "migrations", "package.json"]) {
      cpSync(join(root, part), join(bare, part), { recursive: true })
    }
    const { status, stderr } = kalshi(["--version"], bare)
    assert.strictEqual(status, 1)
    assert.match(stderr, /npm install, then npm run build/)
  })
})
