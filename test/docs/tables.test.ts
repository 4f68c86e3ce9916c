/**
 * docs/tables.md has a section for each table and derived view, with the columns and meanings of the dictionary. The
 * texts between the lists of columns are written by hand. `npx vitest run test/docs/tables.test.ts -u` writes the lists.
 */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, expect, it } from "@effect/vitest"
import { answers } from "../../src/domain/answers/catalog.ts"
import type { DerivedView } from "../../src/domain/answers/definition.ts"
import { publicTables } from "../../src/domain/read/catalog.ts"
import { meaningsOf } from "../../src/domain/read/dictionary/dictionary.ts"
import type { PublicTable } from "../../src/domain/read/view.ts"

const path = fileURLToPath(new URL("../../docs/tables.md", import.meta.url))
const text = readFileSync(path, "utf8")

const VIEWS = "# Derived views\n"
const [tablesText = "", viewsText = ""] = text.split(`\n${VIEWS}`)

/** What stands before the first section, and the prose of each section before its list. */
const read = (part: string) => {
  const [head = "", ...sections] = part.split(/^## /m)
  const prose = sections.map((section) => {
    const [name = ""] = section.split("\n", 1)
    return [
      name,
      section
        .slice(name.length)
        .split(/^\| column /m)[0]
        ?.trim() ?? ""
    ] as const
  })
  return { head: head.trimEnd(), prose: new Map(prose) }
}

const sentence = (about: string) => `${about[0]?.toUpperCase()}${about.slice(1)}.`

const section = (
  name: string,
  prose: string,
  kind: string,
  columns: ReadonlyArray<readonly [name: string, kind: string, meaning: string]>
) => {
  const rows = columns.map((row) => {
    const [column, of, meaning] = row.map((cell) => cell.replaceAll("|", "\\|"))
    return `| \`${column}\` | ${of} | ${meaning} |`
  })
  return [
    `## ${name}`,
    "",
    prose,
    "",
    `| column | ${kind} | what it is |`,
    "|---|---|---|",
    ...rows,
    ""
  ].join("\n")
}

const isTable = (name: string) => publicTables.some((table) => table.name === name)

const tableSection = (table: PublicTable, prose: string | undefined) => {
  const key = table.key.map((column) => `\`${column}\``).join(", ")
  const columns = Object.entries(table.columns).map(
    ([column, kind]) => [column, kind, meaningsOf(table)[column] ?? ""] as const
  )
  return section(table.name, prose ?? `${sentence(table.about)} Key: ${key}.`, "kind", columns)
}

const derivedViews = answers.filter((one): one is DerivedView => one.kind === "view")

const viewSection = ({ about, columns, name }: DerivedView) =>
  section(
    name,
    sentence(about),
    "type",
    Object.entries(columns).map(([column, { about, type }]) => [column, type, about] as const)
  )

describe("docs/tables.md", () => {
  it("lists the columns of the dictionary", async () => {
    const { head, prose } = read(tablesText)
    const others = [...prose].filter(([name]) => !isTable(name)).map(([name, of]) => `## ${name}\n\n${of}\n`)
    const expected = [
      `${head}\n`,
      ...others,
      ...publicTables.map((table) => tableSection(table, prose.get(table.name))),
      `${VIEWS}\n${read(viewsText).head.trim()}\n`,
      ...derivedViews.map(viewSection)
    ]
    await expect(expected.join("\n")).toMatchFileSnapshot(path)
  })

  it("has a meaning for each column, and no other", () => {
    for (const table of publicTables) {
      const meanings = meaningsOf(table)
      assert.deepStrictEqual(Object.keys(meanings).sort(), Object.keys(table.columns).sort(), table.name)
      for (const [column, meaning] of Object.entries(meanings))
        assert.isAbove(meaning.length, 3, `${table.name}.${column}`)
    }
  })
})
