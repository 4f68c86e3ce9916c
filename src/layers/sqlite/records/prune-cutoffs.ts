/**
 * The cut-offs of `prune`. A replay applies them to the tables that it has rebuilt, so that the rows that were
 * pruned from the live tables are removed there too, by the same statements.
 */
import { Effect } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import { type RetentionRule, retentionRules } from "../../../domain/read/retention.ts"
import { type SlotSeconds, slotSeconds } from "../../../domain/units/time.ts"
import { Database, storage } from "../database/Database.ts"
import type { Snapshot } from "../database/Snapshot.ts"

/** For each pruned public table, the slot before which all slots have been removed. */
export type Cutoffs = ReadonlyMap<string, SlotSeconds>

interface CutoffRow {
  readonly table: string
  readonly before: string
}

/** The query for the cut-offs of a database, which is `main` or attached under another name. */
const selectCutoffs = (schema: "main" | "live") =>
  `SELECT table_name AS "table", max(before_slot) AS before FROM ${schema}.prune_cutoffs
   GROUP BY table_name ORDER BY table_name`

const cutoffsOf = (rows: ReadonlyArray<CutoffRow>): Cutoffs =>
  new Map(rows.map(({ before, table }) => [table, slotSeconds(before)]))

/** Reads the cut-offs of a database. A database of an older version has none. */
export const readCutoffs = (schema: "main" | "live") =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const recorded = yield* sql.unsafe(`SELECT 1 FROM ${schema}.sqlite_master WHERE name = 'prune_cutoffs'`)
    return cutoffsOf(recorded.length === 0 ? [] : yield* sql.unsafe<CutoffRow>(selectCutoffs(schema)))
  }).pipe(storage("reading the cut-offs"))

/** Reads the cut-offs in a snapshot of a database. A database that is older than `prune` has none. */
export const cutoffsIn = (snapshot: Snapshot): Effect.Effect<Cutoffs, StorageFailed> =>
  Effect.gen(function* () {
    const tables = yield* snapshot.query("SELECT 1 FROM sqlite_schema WHERE name = 'prune_cutoffs'")
    const rows = tables.length === 0 ? [] : yield* snapshot.query(selectCutoffs("main"))
    return cutoffsOf(rows.map(([table, before]) => ({ table: String(table), before: String(before) })))
  })

/** Returns the slots before `before`, in the order of time. */
export const slotsBefore = ({ slots }: RetentionRule, before: SlotSeconds) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    // A reader may open a directory whose tables have not been rebuilt yet.
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
    // Rows by seq are removed first, since the rows of the slot say which they are.
    for (const table of bySeq)
      yield* sql.unsafe(
        `DELETE FROM main.${table} WHERE seq IN (SELECT seq FROM main.${bySlot[0]} WHERE slot = ?)`,
        [slot]
      )
    for (const table of [...bySlot, slots])
      yield* sql.unsafe(`DELETE FROM main.${table} WHERE slot = ?`, [slot])
  })

/** Applies the cut-offs to tables that were rebuilt from the whole log, in one transaction a slot. */
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
