/**
 * The cut-offs of `prune`: which rows have left SQLite because the lake holds them. A replay removes the same rows
 * from the tables that it has rebuilt. A cut-off is in force only while the lake holds the rows: one that reaches
 * beyond the lake's watermark, because the lake was deleted or is of another version, is passed over, and the replay
 * brings the rows back.
 */
import { Effect } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import { type HotTable, hotTables } from "../../../domain/read/retention.ts"
import { type SlotSeconds, timeText } from "../../../domain/units/time.ts"
import { now } from "../../clock/now.ts"
import { Database, storage } from "../database/Database.ts"
import type { Snapshot } from "../database/Snapshot.ts"
import { boundsOf, notePages, type Position, removePiece, spansBefore } from "./hot-rows.ts"

/** The removal of every row of a hot table that is of an observation up to `seq` and lies before a position. */
export interface Cutoff {
  readonly table: HotTable
  readonly seq: number
  readonly before: Position
}

export type Cutoffs = ReadonlyArray<Cutoff>

interface CutoffRow {
  readonly name: string
  readonly version: number
  readonly seq: number
  readonly lead: number
  readonly market: number
}

/** Selects the cut-offs up to the watermarks of a database, which is `main` or attached under another name. */
const selectCutoffs = (schema: "main" | "live") =>
  `SELECT c.table_name AS name, l.version, c.seq, c.before_lead AS lead, c.before_market AS market
   FROM ${schema}.hot_cutoffs c JOIN ${schema}.lake_tables l ON l.table_name = c.table_name AND c.seq <= l.seq
   ORDER BY c.table_name, c.seq`

const cutoffsOf = (rows: ReadonlyArray<CutoffRow>): Cutoffs =>
  rows.flatMap(({ lead, market, name, seq, version }) =>
    hotTables.flatMap((table) =>
      table.lake.table.name === name && table.lake.version === version
        ? [{ table, seq, before: { lead, market } }]
        : []
    )
  )

/** Reads the cut-offs that are in force. A database of an older version has none. */
export const readCutoffs = (schema: "main" | "live") =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const recorded = yield* sql.unsafe(`SELECT 1 FROM ${schema}.sqlite_master WHERE name = 'hot_cutoffs'`)
    return cutoffsOf(recorded.length === 0 ? [] : yield* sql.unsafe<CutoffRow>(selectCutoffs(schema)))
  }).pipe(storage("reading the cut-offs"))

/** Reads the cut-offs that are in force in a snapshot of a database. */
export const cutoffsIn = (snapshot: Snapshot): Effect.Effect<Cutoffs, StorageFailed> =>
  Effect.gen(function* () {
    const tables = yield* snapshot.query("SELECT 1 FROM sqlite_schema WHERE name = 'hot_cutoffs'")
    const rows = tables.length === 0 ? [] : yield* snapshot.query(selectCutoffs("main"))
    return cutoffsOf(
      rows.map(([name, ...numbers]) => {
        const [version = 0, seq = 0, lead = 0, market = 0] = numbers.map(Number)
        return { name: String(name), version, seq, lead, market }
      })
    )
  })

/** Returns the names of the tables that have cut-offs, in force or not: some of their rows are not in SQLite. */
export const prunedTables = (snapshot: Snapshot): Effect.Effect<ReadonlySet<string>, StorageFailed> =>
  Effect.map(
    snapshot.query("SELECT DISTINCT table_name FROM hot_cutoffs"),
    (rows) => new Set(rows.map(([name]) => String(name)))
  )

/** Records a cut-off in the transaction that removes the rows before it. */
export const recordCutoff = ({ before, seq, table }: Cutoff, rows: number) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const row = {
      table_name: table.lake.table.name,
      seq,
      before_lead: before.lead,
      before_market: before.market,
      before_time: timeText(before.lead / table.perSecond),
      rows,
      pruned_at: yield* now
    }
    yield* sql`
      INSERT INTO hot_cutoffs ${sql.insert(row)}
      ON CONFLICT (table_name, seq) DO UPDATE SET
        before_lead = excluded.before_lead,
        before_market = excluded.before_market,
        before_time = excluded.before_time,
        rows = hot_cutoffs.rows + excluded.rows,
        pruned_at = excluded.pruned_at
      WHERE (excluded.before_lead, excluded.before_market) > (hot_cutoffs.before_lead, hot_cutoffs.before_market)
    `
  })

/** Applies one cut-off. The span in which it lies is removed up to its position. */
const honour = ({ before, seq, table }: Cutoff) =>
  Effect.gen(function* () {
    const { transaction } = yield* Database
    const seconds: SlotSeconds = Math.floor(before.lead / table.perSecond)
    yield* notePages(table, seq, before)
    for (const span of yield* spansBefore(table, seconds + table.spanSeconds)) {
      const { from, to } = boundsOf(table, span)
      const end = to.lead <= before.lead ? to : before
      yield* transaction(removePiece(table, span, { from, to: end, seq }))
    }
  })

const covers = (one: Cutoff, other: Cutoff): boolean =>
  one !== other &&
  one.table === other.table &&
  one.seq >= other.seq &&
  (one.before.lead > other.before.lead ||
    (one.before.lead === other.before.lead && one.before.market >= other.before.market))

/** Applies the cut-offs to tables that were rebuilt from the whole log, in one transaction a span. */
export const honourCutoffs = (cutoffs: Cutoffs) =>
  Effect.forEach(
    cutoffs.filter((one) => !cutoffs.some((other) => covers(other, one))),
    honour,
    { discard: true }
  ).pipe(storage("removing what was pruned"))

/**
 * Removes the cut-offs that a rebuild has not applied: the next flush would bring them into force while their rows are
 * in the tables. Call it in the transaction in which the tables are replaced.
 */
export const forgetCutoffs = (schema: "main" | "live", honoured: Cutoffs) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const kept = honoured.map(({ seq, table }) => `${table.lake.table.name} ${seq}`)
    const [cutoffs, oldCutoffs] = [
      sql.literal(`${schema}.hot_cutoffs`),
      sql.literal(`${schema}.prune_cutoffs`)
    ]
    const recorded = yield* sql<{ table: string; seq: number }>`
      SELECT table_name AS "table", seq FROM ${cutoffs}
    `
    for (const { seq, table } of recorded)
      if (!kept.includes(`${table} ${seq}`))
        yield* sql`DELETE FROM ${cutoffs} WHERE table_name = ${table} AND seq = ${seq}`
    const [old] = yield* sql<{ slots: number }>`SELECT count(*) AS slots FROM ${oldCutoffs}`
    if ((old?.slots ?? 0) === 0) return
    yield* sql`DELETE FROM ${oldCutoffs}`
    yield* Effect.logWarning(
      "the rows that `prune` of an earlier version had removed are back from the log; maintenance moves them into the lake"
    )
  })
