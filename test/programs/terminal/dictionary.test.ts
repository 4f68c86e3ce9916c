/** The dictionary as `kalshi tables` shows it. */
import { assert, describe, it } from "@effect/vitest"
import { answers } from "../../../src/domain/answers/catalog.ts"
import { publicTables } from "../../../src/domain/read/catalog.ts"
import { entries, entryLines, listLines } from "../../../src/programs/terminal/dictionary.ts"

const all = entries()

const linesOf = (name: string, width: number) => {
  const entry = all.find((one) => one.name === name)
  return entry === undefined ? [] : entryLines(entry, width)
}

describe("the dictionary", () => {
  it("lists each table, view and macro once, under its kind", () => {
    const lines = listLines(all, 80)
    for (const { name } of [...publicTables, ...answers])
      assert.lengthOf(
        lines.filter((line) => line.startsWith(`  ${name}  `)),
        1,
        name
      )
    assert.isBelow(lines.indexOf("Tables"), lines.indexOf("Derived views"))
  })

  it("has a meaning for each column, without marks of Markdown", () => {
    for (const { about, columns, name, parameters = [], returns } of all) {
      const words = [
        about,
        ...[...columns, ...parameters, ...(returns === undefined ? [] : [returns])].map((one) => one.about)
      ]
      for (const word of words) assert.match(word, /^[^`*]{4,}$/, name)
    }
  })

  it("names the key, the type, the unit and the meaning, within the width", () => {
    const lines = linesOf("price_snapshots", 80)
    assert.include(lines[0] ?? "", "price_snapshots, a table: the quote of every open market in every slot")
    assert.include(lines.join("\n"), "Key  snapshot_time, ticker")
    assert.include(lines.join("\n"), "yes_bid        DECIMAL(9,4)   cents: best bid for YES; 0 is no bid")
    assert.include(lines.join("\n"), "open_interest  DECIMAL(18,6)  contracts held")
    for (const { name } of all) for (const line of linesOf(name, 80)) assert.isAtMost(line.length, 80, name)
  })
})
