/** docs/tables.md describes every existing column, and no other. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { publicTables } from "../../src/domain/read/catalog.ts"

const text = readFileSync(fileURLToPath(new URL("../../docs/tables.md", import.meta.url)), "utf8")

const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const rows = [...section.matchAll(/^\| `(\w+)` \| (\w+) \| (.*) \|$/gm)]
      return [
        section.split("\n", 1)[0] ?? "",
        rows.map(([, name, kind, about]) => ({ name, kind, about }))
      ] as const
    })
)

describe("the dictionary of columns", () => {
  it("has a section for each table", () => {
    const described = [...sections.keys()].filter((heading) => /^[a-z_]+$/.test(heading))
    assert.deepStrictEqual(
      described,
      publicTables.map(({ name }) => name)
    )
  })

  it.each(publicTables.map((table) => [table.name, table] as const))(
    "describes each column of %s",
    (name, table) => {
      const rows = sections.get(name) ?? []
      assert.deepStrictEqual(
        rows.map(({ kind, name }) => [name, kind]),
        Object.entries(table.columns)
      )
      for (const { about, name: column } of rows) assert.isAbove(about?.length ?? 0, 3, `${name}.${column}`)
    }
  )
})
