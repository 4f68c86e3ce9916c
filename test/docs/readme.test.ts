/** The README is true: its commands run as printed, its tables are complete, and its links work. */
import { execFile } from "node:child_process"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { inject } from "vitest"
import { publicTables } from "../../src/domain/read/catalog.ts"
import { kalshi } from "../../src/programs/definitions/all.ts"
import { recordSlots } from "../programs/recorded-slots.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const readme = readFileSync(join(root, "README.md"), "utf8")

/** The commands, each with all of its lines: a quotation may extend over several. */
const commandsIn = (code: string): ReadonlyArray<string> => {
  const commands: Array<string> = []
  for (const line of code.split("\n")) {
    const last = commands.at(-1) ?? ""
    const isOpen = last.split('"').length % 2 === 0
    if (isOpen) commands[commands.length - 1] = `${last}\n${line}`
    else if (line !== "") commands.push(line)
  }
  return commands
}

const commandsUnder = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^```sh\n([\s\S]*?)```/gm)].flatMap(([, code = ""]) => commandsIn(code))

const section = (heading: string): string => {
  const [, text = ""] = readme.split(`\n## ${heading}\n`)
  return text.split("\n## ", 1)[0] ?? ""
}

/** The names in the first column of a table. */
const namesIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, names = ""]) =>
    [...names.matchAll(/`([\w-]+)`/g)].map(([, name = ""]) => name)
  )

/** The commands that use no live exchange and install nothing. */
const onDemoData = commandsUnder(readme).filter((command) => command.includes("--data-dir demo-data"))

let home = ""

/** A shell in a folder of its own that finds the tests' bundle as `npx kalshi`. */
const shell = (command: string) =>
  promisify(execFile)("sh", ["-c", command], {
    cwd: home,
    env: { ...process.env, PATH: `${join(home, "bin")}:${process.env.PATH}` },
    maxBuffer: 2 ** 26
  })

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "kalshi-readme-"))
  mkdirSync(join(home, "bin"))
  const npx = join(home, "bin", "npx")
  writeFileSync(
    npx,
    `#!/bin/sh\nshift\nexec "${process.execPath}" "${join(inject("programs"), "kalshi.mjs")}" "$@"\n`
  )
  chmodSync(npx, 0o755)
  await Effect.runPromise(recordSlots(join(home, "demo-data"), 1))
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

describe("the README", () => {
  it("starts with two commands", () => {
    assert.deepStrictEqual(commandsUnder(section("Start")), ["npm ci && npm run demo", "npm ci && npm test"])
  })

  it("has commands that run on the demo's data", () => {
    assert.isAtLeast(onDemoData.length, 12)
  })

  it.each(onDemoData)("%s", async (command) => {
    const { stdout } = await shell(command)
    const [, page] = /--html (\S+)/.exec(command) ?? []
    if (page === undefined) assert.notStrictEqual(stdout.trim(), "")
    else assert.isTrue(existsSync(join(home, page)))
    assert.notMatch(stdout, /^0 rows$/m)
  })

  it("names each program, and no other", () => {
    const programs = section("Programs").split("A flag beats", 1)[0] ?? ""
    assert.sameMembers(
      [...namesIn(programs)],
      kalshi.definitions.map(({ name }) => name)
    )
  })

  it("names each table, and no other", () => {
    assert.sameMembers(
      [...namesIn(section("Tables"))],
      publicTables.map(({ name }) => name)
    )
  })

  it("stays short", () => {
    assert.isBelow(readme.split(/\s+/).length, 2600)
  })
})

describe("links between documents", () => {
  const documents = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter(
    (name) => name.endsWith(".md")
  )

  const anchorsOf = (path: string) =>
    [...readFileSync(path, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\w\s-]/g, "")
        .replace(/ /g, "-")
    )

  it.each(documents)("%s leads to existing files and headings", (document) => {
    const text = readFileSync(join(root, document), "utf8")
    for (const [, target = "", anchor] of text.matchAll(/\]\((?!http)([^)#]*)(?:#([^)]*))?\)/g)) {
      const path = target === "" ? join(root, document) : join(root, dirname(document), target)
      assert.isTrue(existsSync(path), `${document}: ${target}`)
      if (anchor !== undefined) assert.include(anchorsOf(path), anchor, `${document}: ${target}#${anchor}`)
    }
  })
})
