/**
 * Reads new prices into DuckDB as a query reads the tail: the rows of numbers, and each ticker and each time of
 * observation once, which DuckDB joins. Through the view of SQLite it takes twice the time.
 */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import { lakePrices } from "../../domain/read/lake.ts"
import { columnsOf } from "../duckdb/staging/kinds.ts"
import { expressionsOf, fromOf, priceSource } from "../duckdb/staging/price-source.ts"
import type { Snapshot } from "../sqlite/database/Snapshot.ts"
import type { Workshop } from "./workshop.ts"

interface PriceRange {
  /** The first and the last slot of the pages. */
  readonly first: number
  readonly last: number
  readonly after: number
  readonly upTo: number
}

/** Reads the prices of a range of the log into a table of DuckDB with the column `seq`, and returns its name. */
export const stageNewPrices = (
  { duck }: Workshop,
  snapshot: Snapshot,
  { after, first, last, upTo }: PriceRange
): Effect.Effect<string, StorageFailed> =>
  Effect.gen(function* () {
    const { table, time, unit } = lakePrices
    const columns = columnsOf(table)
    const source = yield* priceSource(duck, snapshot)
    const bounds = new Map([[time, { from: first * unit, to: last * unit }]])
    yield* source.stage({ columns, after, bounds })
    const shown = [...expressionsOf(columns, false)].map(([name, sql]) => `${sql} AS ${quoted(name)}`)
    yield* duck.run(
      `CREATE OR REPLACE TABLE staged.new_rows AS
       SELECT seq, ${shown.join(", ")} FROM ${fromOf(columns)} WHERE seq <= ${upTo}`
    )
    yield* duck.run(`DROP VIEW main.${quoted(table.name)}`)
    yield* duck.run("DROP TABLE staged.price_rows")
    return "staged.new_rows"
  })
