/**
 * The cut-offs of `prune`, and what they mean for the tables that a replay has just rebuilt: whatever was
 * removed from the live tables goes there too, by the same statements.
 */
import { Effect } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import { type RetentionRule, retentionRules } from "../../../domain/read/retention.ts"
import { type SlotSeconds, slotSeconds } from "../../../domain/units/time.ts"
import { Database, storage } from "../database/Database.ts"
import type { Snapshot } from "../database/Snapshot.ts"

/** Public table → every slot before this one has been removed. */
export type Cutoffs = ReadonlyMap<string, SlotSeconds>

export interface CutoffRow {
  readonly table: string
  readonly before: string
}

/** Asks for the rows of the database `schema`: `main`, or the name under which it is attached. */
export const selectCutoffs = (schema: "main" | "live") =>
  `SELECT table_name AS "table", max(before_slot) AS before FROM ${schema}.prune_cutoffs
   GROUP BY table_name ORDER BY table_name`

export const cutoffsOf = (rows: ReadonlyArray<CutoffRow>): Cutoffs =>
  new Map(rows.map(({ before, table }) => [table, slotSeconds(before)]))

/** One of an older version has none. */
export const readCutoffs = (schema: "main" | "live") =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const recorded = yield* sql.unsafe(`SELECT 1 FROM ${schema}.sqlite_master WHERE name = 'prune_cutoffs'`)
    return cutoffsOf(recorded.length === 0 ? [] : yield* sql.unsafe<CutoffRow>(selectCutoffs(schema)))
  }).pipe(storage("reading the cut-offs"))

/** The cut-offs in a snapshot of a database; none where the database is older than `prune`. */
export const cutoffsIn = (snapshot: Snapshot): Effect.Effect<Cutoffs, StorageFailed> =>
  Effect.gen(function* () {
    const tables = yield* snapshot.query("SELECT 1 FROM sqlite_schema WHERE name = 'prune_cutoffs'")
    const rows = tables.length === 0 ? [] : yield* snapshot.query(selectCutoffs("main"))
    return cutoffsOf(rows.map(([table, before]) => ({ table: String(table), before: String(before) })))
  })

/** Slots in the order of time, up to but without `before`. */
export const slotsBefore = ({ slots }: RetentionRule, before: SlotSeconds) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    // A reader may be looking at a directory whose rebuild is still to come.
    const there = yield* sql`SELECT 1 FROM main.sqlite_master WHERE name = ${slots}`
    if (there.length === 0) return []
    const rows = yield* sql.unsafe<{ slot: number }>(
      `SELECT slot FROM main.${slots} WHERE slot < ? ORDER BY slot`,
      [before]
    )
    return rows.map(({ slot }) => slot)
  }).pipe(storage(`reading ${slots}`))

/** Removes all rows of a slot from the tables. Call it inside a transaction. */
export const removeSlot = ({ bySeq, bySlot, slots }: RetentionRule, slot: SlotSeconds) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    // Rows by seq are removed first: afterwards nothing would tell which they were.
    for (const table of bySeq)
      yield* sql.unsafe(
        `DELETE FROM main.${table} WHERE seq IN (SELECT seq FROM main.${bySlot[0]} WHERE slot = ?)`,
        [slot]
      )
    for (const table of [...bySlot, slots])
      yield* sql.unsafe(`DELETE FROM main.${table} WHERE slot = ?`, [slot])
  })

/** Brings tables that were rebuilt from the whole log to where the cut-offs say; a slot, a transaction. */
export const honourCutoffs = (cutoffs: Cutoffs) =>
  Effect.gen(function* () {
    const { transaction } = yield* Database
    for (const table of retentionRules) {
      const before = cutoffs.get(table.table.name)
      if (before === undefined) continue
      const slots = yield* slotsBefore(table, before)
      yield* Effect.forEach(slots, (slot) => transaction(removeSlot(table, slot)), { discard: true })
    }
  }).pipe(storage("removing what was pruned"))
