/**
 * The Pruner. DuckDB compares the tables with the export first; then SQLite removes each slot, and records its
 * cut-off, in one transaction.
 */
import { resolve } from "node:path"
import { Effect, Layer } from "effect"
import { type RetentionRule, retentionRules } from "../../domain/read/retention.ts"
import { type SlotSeconds, slotText } from "../../domain/units/time.ts"
import { type PrunedTable, type PruneOptions, Pruner } from "../../services/Pruner.ts"
import { now } from "../clock/now.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import { removeSlot, slotsBefore } from "../sqlite/records/prune-cutoffs.ts"
import { compareWithExport, type ExportedSlots } from "./exported-slots.ts"

export const make = (dataDir: string, tables: ReadonlyArray<RetentionRule> = retentionRules) =>
  Effect.gen(function* () {
    const database = yield* Database
    const { sql, transaction } = database
    const provided = Effect.provideService(Database, database)

    const remove = (table: RetentionRule, { rows, slot }: ExportedSlots["held"][number]) =>
      Effect.gen(function* () {
        const prunedAt = yield* now
        yield* removeSlot(table, slot)
        yield* sql`
          INSERT INTO prune_cutoffs (table_name, before_slot, pruned_at, rows)
          VALUES (${table.table.name}, ${slotText(slot + 1)}, ${prunedAt}, ${rows})
        `
      }).pipe(
        provided,
        transaction,
        storage(`removing slot ${slotText(slot)} of ${table.table.name}`),
        Effect.uninterruptible
      )

    const pruneTable = (table: RetentionRule, options: PruneOptions) =>
      Effect.gen(function* () {
        const { name } = table.table
        const keptFrom = options.now - (options.keptSeconds?.[name] ?? table.keptSeconds)
        const due = yield* provided(slotsBefore(table, keptFrom))
        const report = (phase: "comparing" | "removing", of: number) => (slots: number) =>
          options.onProgress?.({ table: name, phase, slots, of }) ?? Effect.void
        const { held, missing } = yield* compareWithExport({
          dataDir,
          exported: options.exported,
          table: table.table,
          slots: due,
          onSlots: report("comparing", due.length)
        })
        const rows = held.reduce((sum, slot) => sum + slot.rows, 0)
        const [first, last] = [held[0]?.slot, held.at(-1)?.slot]
        if (options.apply && first !== undefined && last !== undefined) {
          yield* options.onRemoving?.({
            table: name,
            from: slotText(first),
            before: cutoffAfter(last),
            slots: held.length,
            rows
          }) ?? Effect.void
          const removing = report("removing", held.length)
          yield* Effect.forEach(
            held,
            (slot, index) => Effect.zipRight(remove(table, slot), removing(index + 1)),
            { discard: true }
          )
        }
        return {
          table: name,
          keptFrom: slotText(keptFrom),
          slots: held.length,
          rows,
          from: first === undefined ? null : slotText(first),
          before: last === undefined ? null : cutoffAfter(last),
          stays:
            missing === null
              ? null
              : { slot: slotText(missing.slot), slots: due.length - held.length, why: missing.why }
        } satisfies PrunedTable
      })

    return Pruner.of({
      prune: (options) =>
        Effect.forEach(tables, (table) => pruneTable(table, options)).pipe(
          Effect.map((pruned) => ({
            applied: options.apply,
            exported: resolve(options.exported),
            tables: pruned
          })),
          Effect.withSpan("Pruner.prune")
        ),
      vacuum: sql
        .unsafe("VACUUM")
        .unprepared.pipe(storage("giving free pages back"), Effect.asVoid, Effect.withSpan("Pruner.vacuum"))
    })
  })

const cutoffAfter = (last: SlotSeconds): string => slotText(last + 1)

export const layer = (dataDir: string) => Layer.effect(Pruner, make(dataDir))
