import { assert, describe, it } from "@effect/vitest"
import { publicTables } from "../../../src/domain/read/catalog.ts"
import { projections } from "../../../src/domain/read/projections.ts"
import { rebuiltLines } from "../../../src/programs/terminal/rebuilt.ts"

const digest = (table: string) => ({ table, rows: 1_234_567, sha256: "ab".repeat(32) })

describe("the tables that a replay has rebuilt", () => {
  it("have the names that users query, and the other tables are counted", () => {
    const lines = rebuiltLines(projections.map(({ name }) => digest(name)))
    const names = lines.slice(1, -1).map((line) => line.split(" ")[0])
    const known = new Set(publicTables.map(({ name }) => name))
    assert.includeMembers(names, ["markets", "price_snapshots", "orderbook_snapshots", "candlesticks"])
    for (const name of names) assert.isTrue(known.has(name ?? ""), name)
    assert.notInclude(names, "historical_cutoff")
    assert.strictEqual(lines.at(-1), `and ${projections.length - names.length} tables of the program's own`)
  })

  it("are listed in columns of at most 80 characters", () => {
    const [head = "", first = ""] = rebuiltLines([digest("markets"), digest("orderbooks")])
    assert.match(head, /^table +rows {2}sha256 *$/)
    assert.match(first, /^markets +1,234,567 {2}abababababababab$/)
    assert.strictEqual(head.indexOf("rows") + 4, first.indexOf("567") + 3)
    assert.isAtMost(first.length, 80)
  })
})
