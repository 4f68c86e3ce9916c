/** Loads the tables that statements need into a DuckDB. */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect } from "effect"
import { type AsOf, RECORDED } from "../../../domain/answers/tables-as-of.ts"
import type { QueryFailed, StorageFailed } from "../../../domain/errors.ts"
import { exchangeSchedule } from "../../../domain/read/exchange/table.ts"
import { rereadOf } from "../../../domain/read/rereads.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import type { Bounds } from "../staging/bounds.ts"
import { columnsOf } from "../staging/kinds.ts"
import type { OpenLake } from "../staging/lake-files.ts"
import { wholeSourceOf } from "../staging/sources.ts"
import { AFTER_ALL } from "../staging/tail.ts"
import { stageReadings } from "./earlier/readings.ts"
import { stageSchedule } from "./earlier/schedule.ts"
import type { Needs } from "./needs.ts"

interface Loading {
  readonly dataDir: string
  readonly asOf: AsOf | undefined
  readonly needs: Needs
  readonly onRead: (rows: number, all: boolean) => Effect.Effect<void>
}

/** Rows as of a time that are not in the table any more: all of them, or those that take the place of the table's. */
interface Earlier {
  readonly relation: string
  /** The columns by which rows of the table are replaced, or `undefined` if all are. */
  readonly key: ReadonlyArray<string> | undefined
}

/** Stages the rows of a table that were known at a time and were read again since. */
const stageEarlier = (
  duck: Duck<QueryFailed>,
  snapshot: Snapshot,
  lake: OpenLake,
  { asOf, dataDir }: Loading,
  table: PublicTable,
  bounds: Bounds
): Effect.Effect<Earlier | undefined, QueryFailed | StorageFailed> =>
  Effect.gen(function* () {
    if (asOf === undefined || asOf.seq === AFTER_ALL) return undefined
    const log = { dataDir, lake }
    const reread = rereadOf(table)
    const relation =
      table === exchangeSchedule
        ? yield* stageSchedule(duck, snapshot, log, asOf)
        : reread === undefined
          ? undefined
          : yield* stageReadings(duck, snapshot, log, reread, asOf, bounds)
    return relation === undefined ? undefined : { relation, key: reread?.hot.lake.replaces }
  })

const unionSql = (table: PublicTable, known: string, { key, relation }: Earlier): string => {
  const list = columnsOf(table).map(quoted).join(", ")
  return key === undefined
    ? `SELECT ${list} FROM ${relation}`
    : `SELECT ${list} FROM ${known} ANTI JOIN ${relation} USING (${key.map(quoted).join(", ")})
       UNION ALL SELECT ${list} FROM ${relation}`
}

/** Replaces the empty tables that the statement needs by tables with rows. */
export const load = (
  duck: Duck<QueryFailed>,
  snapshot: Snapshot,
  lake: OpenLake,
  loading: Loading
): Effect.Effect<void, QueryFailed | StorageFailed> =>
  Effect.gen(function* () {
    const { asOf, needs, onRead } = loading
    let before = 0
    for (const [table, { bounds, columns }] of needs) {
      const earlier = yield* stageEarlier(duck, snapshot, lake, loading, table, bounds)
      const source = yield* wholeSourceOf(duck, snapshot, table, lake)
      const view = `${asOf === undefined ? "main" : RECORDED}.${quoted(table.name)}`
      const known = earlier === undefined ? view : `staged.${quoted(`${table.name}_known`)}`
      yield* duck.run(`DROP TABLE ${view}`)
      before += yield* source.stage({
        columns: [...new Set([...columns, ...(earlier?.key ?? [])])],
        bounds,
        upTo: asOf?.seq,
        view: known,
        onRows: (rows) => onRead(before + rows, false)
      })
      if (earlier !== undefined) yield* duck.run(`CREATE VIEW ${view} AS ${unionSql(table, known, earlier)}`)
    }
    yield* onRead(before, true)
  })
