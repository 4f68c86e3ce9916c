/**
 * The Pruner. DuckDB compares the rows of a few spans with the lake; then SQLite removes them piece by piece, and
 * records the cut-off in the transaction of each piece.
 */
import { Clock, Effect, Layer } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { type HotTable, hotTables } from "../../domain/read/retention.ts"
import { type SlotSeconds, sameUtcDay, slotText } from "../../domain/units/time.ts"
import { type PrunedTable, type PruneOptions, Pruner } from "../../services/Pruner.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import * as MaintenanceLock from "../sqlite/database/MaintenanceLock.ts"
import { openSnapshot } from "../sqlite/database/Snapshot.ts"
import {
  boundsOf,
  nextPiece,
  notePages,
  type Piece,
  removePiece,
  spansBefore
} from "../sqlite/records/hot-rows.ts"
import { recordCutoff } from "../sqlite/records/prune-cutoffs.ts"
import { openComparison } from "./lake-comparison.ts"

/** The rows that are compared at a time: four slots of the whole exchange. */
const COMPARED_ROWS = 500_000

const DAY_SECONDS = 24 * 60 * 60

interface Counted {
  readonly span: SlotSeconds
  readonly rows: number
}

/** Puts the days of the spans apart. */
const byDay = (spans: ReadonlyArray<SlotSeconds>): ReadonlyArray<ReadonlyArray<SlotSeconds>> => {
  const days: Array<Array<SlotSeconds>> = []
  for (const span of spans) {
    const day = days.at(-1)
    if (day?.[0] !== undefined && sameUtcDay(day[0], span)) day.push(span)
    else days.push([span])
  }
  return days
}

/** Divides spans into groups that are compared at a time. */
const grouped = (spans: ReadonlyArray<Counted>): ReadonlyArray<ReadonlyArray<SlotSeconds>> => {
  const groups: Array<Array<SlotSeconds>> = []
  let rows = Number.POSITIVE_INFINITY
  for (const one of spans) {
    if (rows + one.rows > COMPARED_ROWS) {
      groups.push([])
      rows = 0
    }
    groups.at(-1)?.push(one.span)
    rows += one.rows
  }
  return groups
}

/** A table of which the lake has, by its records, the rows up to `seq`. */
interface Watermark {
  readonly seq: number
  readonly version: number
}

const NOT_YET = "the lake has nothing of it yet"
const OTHER_VERSION = "the lake has it as another version read it"

export const make = (dataDir: string, tables: ReadonlyArray<HotTable> = hotTables) =>
  Effect.gen(function* () {
    const database = yield* Database
    const { sql, transaction } = database

    const watermarkOf = ({ lake }: HotTable) =>
      Effect.map(
        sql<Watermark>`SELECT seq, version FROM lake_tables WHERE table_name = ${lake.table.name}`,
        ([found]) => found
      )

    const count = (hot: HotTable, span: SlotSeconds) => {
      const { from, to } = boundsOf(hot, span)
      return sql
        .unsafe<{ rows: number }>(
          `SELECT count(*) AS rows FROM ${hot.rows[0]} WHERE ${hot.lead} >= ? AND ${hot.lead} < ?`,
          [from.lead, to.lead]
        )
        .pipe(Effect.map(([row]) => ({ span, rows: row?.rows ?? 0 })))
    }

    /** Fails if the rows are not those that were compared any more, because the tables were rebuilt meanwhile. */
    const checkUnchanged = ({ lake, projection }: HotTable, seq: number) =>
      sql`
        SELECT 1 FROM lake_tables l JOIN projection_checkpoints c ON c.version = l.version
        WHERE l.table_name = ${lake.table.name} AND l.version = ${lake.version} AND l.seq = ${seq}
          AND c.projection = ${projection.name} AND c.seq >= ${seq}
      `.pipe(
        Effect.filterOrFail(
          (rows) => rows.length === 1,
          () =>
            new StorageFailed({
              operation: `pruning ${lake.table.name}`,
              why: "the tables or the lake were rebuilt meanwhile; nothing is lost, run it again"
            })
        )
      )

    const remove = (hot: HotTable, span: SlotSeconds, piece: Piece) =>
      Effect.gen(function* () {
        yield* checkUnchanged(hot, piece.seq)
        const rows = yield* removePiece(hot, span, piece)
        yield* recordCutoff({ table: hot, seq: piece.seq, before: piece.to }, rows)
        return rows
      }).pipe(transaction, storage(`pruning ${hot.lake.table.name}`), Effect.uninterruptible)

    /** Pauses as long as a piece has taken, so that other writers find the database free. */
    const removeSpan = (hot: HotTable, span: SlotSeconds, seq: number) =>
      Effect.gen(function* () {
        const { from, to } = boundsOf(hot, span)
        let at = from
        let rows = 0
        while (at.lead < to.lead) {
          const piece = yield* nextPiece(hot, span, at, seq)
          const begun = yield* Clock.currentTimeMillis
          rows += yield* remove(hot, span, piece)
          yield* Effect.sleep((yield* Clock.currentTimeMillis) - begun)
          at = piece.to
        }
        return rows
      })

    const pruneTable = (hot: HotTable, { before, onProgress }: PruneOptions) =>
      Effect.gen(function* () {
        const { name } = hot.lake.table
        const spans = yield* spansBefore(hot, before)
        const pruned = { rows: 0, spans: 0, last: before }
        const report = (stays: PrunedTable["stays"]): PrunedTable => ({
          table: name,
          rows: pruned.rows,
          spans: pruned.spans,
          from: pruned.spans === 0 ? null : slotText(spans[0] ?? 0),
          before: pruned.spans === 0 ? null : slotText(pruned.last + hot.spanSeconds),
          stays
        })
        const staysFrom = (span: SlotSeconds, why: string) => report({ from: slotText(span), why })
        const [oldest] = spans
        if (oldest === undefined) return report(null)
        const watermark = yield* watermarkOf(hot)
        if (watermark === undefined) return staysFrom(oldest, NOT_YET)
        if (watermark.version !== hot.lake.version) return staysFrom(oldest, OTHER_VERSION)
        const { seq } = watermark

        yield* notePages(hot, seq, { lead: before * hot.perSecond, market: 0 })
        const lake = yield* openComparison(dataDir, hot)
        for (const day of byDay(spans)) {
          const [first = oldest] = day
          const midnight = first - (first % DAY_SECONDS)
          const read = yield* openSnapshot(dataDir).pipe(
            Effect.flatMap((snapshot) =>
              lake.readLake(snapshot, { from: midnight, to: midnight + DAY_SECONDS })
            ),
            Effect.scoped,
            Effect.either
          )
          if (read._tag === "Left") return staysFrom(first, read.left.message)
          const groups = grouped(yield* Effect.forEach(day, (span) => count(hot, span)))
          for (const group of groups) {
            const range = { from: group[0] ?? first, to: (group.at(-1) ?? first) + hot.spanSeconds }
            const missing = yield* openSnapshot(dataDir).pipe(
              Effect.flatMap((snapshot) => lake.firstMissing(snapshot, range, seq)),
              Effect.scoped
            )
            for (const span of group) {
              if (span === missing?.span)
                return staysFrom(
                  span,
                  `the lake lacks ${missing.rows} of its rows, or has other values in them`
                )
              pruned.rows += yield* removeSpan(hot, span, seq)
              pruned.spans += 1
              pruned.last = span
              yield* onProgress?.({ table: name, spans: pruned.spans, of: spans.length }) ?? Effect.void
            }
          }
        }
        return report(null)
      }).pipe(Effect.scoped, storage(`pruning ${hot.lake.table.name}`))

    return Pruner.of({
      prune: (options) =>
        Effect.gen(function* () {
          yield* MaintenanceLock.acquire(dataDir, "prune")
          const pruned = yield* Effect.forEach(tables, (hot) => pruneTable(hot, options))
          return { keptFrom: slotText(options.before), tables: pruned }
        }).pipe(Effect.provideService(Database, database), Effect.scoped, Effect.withSpan("Pruner.prune"))
    })
  })

export const layer = (dataDir: string) => Layer.effect(Pruner, make(dataDir))
