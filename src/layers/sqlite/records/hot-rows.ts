/**
 * Removes rows of the hot tables, for `prune` and for a replay, which removes the same rows from the tables that it
 * has rebuilt. Call the removing functions inside a transaction.
 */
import { Effect } from "effect"
import type { BoundStatement, HotTable } from "../../../domain/read/retention.ts"
import type { SlotSeconds } from "../../../domain/units/time.ts"
import { Database, storage } from "../database/Database.ts"

/**
 * A place between the rows of a hot table: after all rows with a smaller leading column and, where the table is cut
 * between markets, after those of the same leading column with a smaller market.
 */
export interface Position {
  readonly lead: number
  readonly market: number
}

/** A part of a span, and the seq up to which observations count: rows of later ones stay. */
export interface Piece {
  readonly from: Position
  readonly to: Position
  readonly seq: number
}

/** Returns the positions at which a span begins and ends. Markets are numbered from 1. */
export const boundsOf = ({ perSecond, spanSeconds }: HotTable, span: SlotSeconds) => ({
  from: { lead: span * perSecond, market: 0 },
  to: { lead: (span + spanSeconds) * perSecond, market: 0 }
})

const run = ({ sql: text, values }: BoundStatement) =>
  Effect.flatMap(Database, ({ sql }) => sql.unsafe(text, [...values]))

/** Returns the first seconds of the spans that end at or before a time. */
export const spansBefore = ({ spanSeconds, spans }: HotTable, before: SlotSeconds) =>
  run({ sql: spans, values: [before - spanSeconds + 1] }).pipe(
    Effect.map((rows) => rows.map((row) => Number(Object.values(row as Record<string, unknown>)[0])))
  )

const columnOf = ({ cutByMarket, lead }: HotTable) => (cutByMarket ? "market" : lead)

/** Builds the condition for the rows of a piece. A span that is cut between markets has one leading value. */
const within = (hot: HotTable, { from, to }: Piece): BoundStatement =>
  hot.cutByMarket
    ? {
        sql: `${hot.lead} = ? AND market >= ? AND market < ?`,
        values: [from.lead, from.market, to.lead === from.lead ? to.market : Number.MAX_SAFE_INTEGER]
      }
    : { sql: `${hot.lead} >= ? AND ${hot.lead} < ?`, values: [from.lead, to.lead] }

/** Returns the end of the next piece of a span: so many rows behind `from`, or the end of the span. */
export const nextPiece = (hot: HotTable, span: SlotSeconds, from: Position, seq: number) =>
  Effect.gen(function* () {
    const { to } = boundsOf(hot, span)
    const column = columnOf(hot)
    const { sql, values } = within(hot, { from, to, seq })
    const [row] = yield* run({
      sql: `SELECT ${column} AS place FROM main.${hot.rows[0]} WHERE ${sql} ORDER BY ${column} LIMIT 1 OFFSET ?`,
      values: [...values, hot.piece]
    })
    if (row === undefined) return { from, to, seq }
    // A value that all rows of the piece share cannot be cut.
    const place = Number((row as { readonly place: number }).place)
    return hot.cutByMarket
      ? { from, to: { lead: from.lead, market: Math.max(place, from.market + 1) }, seq }
      : { from, to: { lead: Math.max(place, from.lead + 1), market: 0 }, seq }
  })

/** Removes the rows of a piece, and returns the number of those in the first of the stored tables. */
const removeRows = (hot: HotTable, piece: Piece) =>
  Effect.gen(function* () {
    const { sql: condition, values } = within(hot, piece)
    const counts: Array<number> = []
    for (const table of hot.rows) {
      yield* run({
        sql: `DELETE FROM main.${table} WHERE ${condition} AND seq <= ?`,
        values: [...values, piece.seq]
      })
      const [row] = yield* run({ sql: "SELECT changes() AS rows", values: [] })
      counts.push(Number((row as { readonly rows: number } | undefined)?.rows))
    }
    return counts[0] ?? 0
  })

/**
 * Notes the pages that are removed with their rows, so that the table of pages is searched once and not for each
 * piece. The note is a temporary table of this connection.
 */
export const notePages = (hot: HotTable, seq: number, before: Position) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    yield* sql.unsafe("DROP TABLE IF EXISTS temp.due_pages").unprepared
    yield* sql.unsafe("CREATE TEMP TABLE due_pages (last, seq, PRIMARY KEY (last, seq)) WITHOUT ROWID")
      .unprepared
    yield* sql.unsafe(
      `INSERT INTO temp.due_pages SELECT last, seq FROM main.${hot.lake.pages} WHERE seq <= ? AND last < ?`,
      [seq, before.lead]
    ).unprepared
  }).pipe(storage(`reading ${hot.lake.pages}`))

/** Removes the noted pages whose rows all lie before a position. */
const removePages = (hot: HotTable, { lead }: Position) =>
  Effect.zipRight(
    run({
      sql: `DELETE FROM main.${hot.lake.pages} WHERE seq IN (SELECT seq FROM temp.due_pages WHERE last < ?)`,
      values: [lead]
    }),
    run({ sql: "DELETE FROM temp.due_pages WHERE last < ?", values: [lead] })
  )

/**
 * Removes a piece of a span, its pages and, with its last piece, what stands for the span as a whole. Returns the
 * number of rows. `notePages` comes first.
 */
export const removePiece = (hot: HotTable, span: SlotSeconds, piece: Piece) =>
  Effect.gen(function* () {
    const rows = yield* removeRows(hot, piece)
    yield* removePages(hot, piece.to)
    if (piece.to.lead >= boundsOf(hot, span).to.lead)
      yield* Effect.forEach(hot.emptied(span, piece.seq), run, { discard: true })
    return rows
  })
