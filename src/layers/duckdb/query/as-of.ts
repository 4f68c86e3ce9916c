/** The tables as they were knowable at a time: where the log was then, and the views that cut the tables there. */
import { Effect } from "effect"
import { type AsOf, tableAsOf } from "../../../domain/answers/tables-as-of.ts"
import { QueryFailed, type StorageFailed } from "../../../domain/errors.ts"
import { publicTables } from "../../../domain/read/catalog.ts"
import { observations } from "../../../domain/read/records/table.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import { epochMicros } from "../../../domain/units/time.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import type { OpenLake } from "../staging/lake-files.ts"
import { wholeSourceOf } from "../staging/sources.ts"
import { viewOf } from "../staging/view.ts"

const LATER = "staged.observations_later"

/** Fails if the tables have no log, and end after a time: `replay --until` has made them, and what was before is not there. */
const requireLog = (snapshot: Snapshot, micros: number): Effect.Effect<void, QueryFailed | StorageFailed> =>
  Effect.gen(function* () {
    const tables = yield* snapshot.query("SELECT 1 FROM sqlite_schema WHERE name = 'reconstruction'")
    if (tables.length === 0) return
    const [[observedAt = ""] = []] = yield* snapshot.query("SELECT observed_at FROM reconstruction")
    if (micros < epochMicros(String(observedAt)))
      return yield* new QueryFailed({
        why: `these tables are those of ${observedAt}, made by \`kalshi replay --until\` without a log: they cannot tell what was known before. Make the tables of that time from the recording, or ask the recording with --as-of`
      })
  })

/** Finds the end of the log at a time: the last observation before the first one that came after it. */
export const findAsOf = (
  duck: Duck<QueryFailed>,
  snapshot: Snapshot,
  lake: OpenLake,
  time: string
): Effect.Effect<AsOf, QueryFailed | StorageFailed> =>
  Effect.gen(function* () {
    const micros = epochMicros(time)
    yield* requireLog(snapshot, micros)
    const source = yield* wholeSourceOf(duck, snapshot, observations, lake)
    yield* source.stage({
      columns: ["seq", "observed_at"],
      bounds: new Map([["observed_at", { from: micros + 1 }]]),
      view: LATER
    })
    const found = yield* duck.run(
      `SELECT min(seq) FROM ${LATER} WHERE observed_at > make_timestamptz(${micros})`
    )
    const [[first = null] = []] = yield* Effect.promise(() => found.getRows())
    return { micros, seq: first === null ? Number.MAX_SAFE_INTEGER : Number(first) - 1 }
  })

/** Returns the tables in the schema `recorded` that tables as of a time are made of; without a time, the tables. */
export const beneath = (
  tables: ReadonlyArray<PublicTable>,
  asOf: AsOf | undefined
): ReadonlyArray<PublicTable> => {
  if (asOf === undefined) return tables
  const reads = new Set(tables.flatMap((table) => tableAsOf(table, asOf).reads))
  return publicTables.filter(({ name }) => reads.has(name))
}

/** Creates tables as of a time over those in the schema of the tables as they are. */
export const createTablesAsOf = (
  duck: Duck<QueryFailed>,
  asOf: AsOf,
  tables: ReadonlyArray<PublicTable>
): Effect.Effect<void, QueryFailed> =>
  duck.runAll(tables.map((table) => `CREATE VIEW ${viewOf(table)} AS ${tableAsOf(table, asOf).sql}`))
