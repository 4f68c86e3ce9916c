import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { cents, integer, market, required, sharedText, text } from "../../../src/domain/read/column.ts"
import { lakeTables } from "../../../src/domain/read/lake.ts"
import { projections } from "../../../src/domain/read/projections.ts"
import { hotTables } from "../../../src/domain/read/retention.ts"
import { createSql, storedTables } from "../../../src/domain/read/schema.ts"
import { entityTable, factTable } from "../../../src/domain/read/table.ts"

const n = required(integer((item: number) => item))

describe("the statements that create a table", () => {
  it("use a single integer key as the row id", () => {
    const table = factTable<number>()({ name: "t", columns: { n }, key: ["n"] })
    assert.deepStrictEqual(createSql(table), ["CREATE TABLE t (n INTEGER PRIMARY KEY) STRICT"])
  })

  it("order any other table by its key, or by the order in its definition", () => {
    const columns = { n, word: required(text(String), "UNIQUE") }
    const byWord = entityTable<number>()({ name: "t", columns: { word: columns.word, n } })
    assert.deepStrictEqual(createSql(byWord), [
      "CREATE TABLE t (word TEXT PRIMARY KEY UNIQUE, n INTEGER NOT NULL) STRICT, WITHOUT ROWID"
    ])
    const ordered = factTable<number>()({ name: "t", columns, key: ["word"], order: ["n", "word"] })
    assert.deepStrictEqual(createSql(ordered), [
      "CREATE TABLE t (n INTEGER NOT NULL, word TEXT NOT NULL UNIQUE, PRIMARY KEY (n, word)) STRICT, WITHOUT ROWID"
    ])
  })

  it("omit STRICT for tables with decimals or by request, and create the indexes", () => {
    const price = cents((item: number) => item)
    const decimals = factTable<number>()({ name: "t", columns: { n, price }, key: ["n"] })
    assert.deepStrictEqual(createSql(decimals), ["CREATE TABLE t (n INTEGER PRIMARY KEY, price NUMERIC)"])
    const lax = factTable<number>()({
      name: "t",
      columns: { n },
      key: ["n"],
      strict: false,
      indexes: ["i ON t (n)"]
    })
    assert.deepStrictEqual(createSql(lax), [
      "CREATE TABLE t (n INTEGER PRIMARY KEY)",
      "CREATE INDEX i ON t (n)"
    ])
  })

  it("match the existing directories, because a change requires a rebuild", () => {
    const sql = storedTables(projections).flatMap(createSql).sort().join("\n")
    const sha256 = createHash("sha256").update(sql).digest("hex")
    assert.strictEqual(
      sha256,
      "f7fcb1db8a79116736efce7bd1a7bf027d4dce0c4835efbd308242dbf9444729",
      `the stored tables changed: raise the versions of their projections and update this pin (${sha256})`
    )
  })
})

describe("the tables that projections fill", () => {
  const tables = (columns: Parameters<ReturnType<typeof entityTable<string>>>[0]["columns"]) =>
    storedTables([
      {
        name: "p",
        version: 1,
        tables: [entityTable<string>()({ name: "t", columns })],
        reads: () => true,
        project: () => ({ rows: [], problems: [] })
      }
    ])

  it("are a table's own first, then those of sightings, texts and markets", () => {
    const key = required(text((item: string) => item))
    assert.deepStrictEqual(
      tables({ key }).map(({ columns, name }) => [name, ...columns]),
      [
        ["t", "key"],
        ["t_seen", "key", "final", "observed_at", "seq", "digest"]
      ]
    )
    const [, seen, ...ids] = tables({
      market: required(market((item: string) => item)),
      words: sharedText((item: string) => item)
    })
    assert.deepStrictEqual(seen?.key, ["market"])
    assert.deepStrictEqual(
      ids.map(({ name }) => name),
      ["shared_texts", "market_numbers"]
    )
  })

  it("are listed once each, although projections share some", () => {
    const names = storedTables(projections).map(({ name }) => name)
    assert.strictEqual(new Set(names).size, names.length)
    assert.includeMembers(names, ["market_numbers", "shared_texts", "market_rows_seen"])
  })
})

describe("the hot tables", () => {
  it("are the tables of the lake, and have all stored tables of facts that grow with time", () => {
    assert.deepStrictEqual(
      hotTables.map(({ lake }) => lake),
      lakeTables
    )
    for (const { lake, lead, projection, rows } of hotTables)
      for (const { columns, key, name } of projection.tables) {
        assert.isTrue(columns.includes("seq") === (rows.includes(name) || name === lake.pages), name)
        if (rows.includes(name)) assert.strictEqual(key.includes(lead) || lead === "created", true, name)
      }
  })
})
