/**
 * Compares the lake with the tables that a replay has made. The lake has the rows of the tables as they were at the
 * watermark, so they are compared when the replay has come so far; a later answer may replace a row.
 */
import { join } from "node:path"
import { Effect } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import type { LakeTable } from "../../domain/read/lake.ts"
import { type Contents, contentsByMonth, parquet, together } from "../lake/contents.ts"
import { namingDamage } from "../lake/damage.ts"
import { contentsOfRange } from "../lake/flush-range.ts"
import type { LakeFile, LakeState } from "../lake/records.ts"
import { type Workshop, workshopBeside } from "../lake/workshop.ts"
import { type Snapshot, snapshotOf } from "../sqlite/database/Snapshot.ts"
import type { LakeStops } from "./lake-stops.ts"

/** The observations whose rows are in DuckDB at a time, as in a flush. */
const OBSERVATIONS_AT_A_TIME = 2000

/** The contents by table and month: `lake/price_snapshots/month=2026-11`. */
type LakeContents = ReadonlyMap<string, Pick<Contents, "contentHash" | "rows">>

const placeOf = (table: string, month: string): string => `lake/${table}/month=${month}`

/** Reads what the files of a table hold, and not what their records say. */
const contentsOfFiles = (workshop: Workshop, { table, time }: LakeTable, files: ReadonlyArray<LakeFile>) =>
  files.length === 0
    ? Effect.succeed([])
    : contentsByMonth(
        workshop,
        table,
        time,
        parquet(files.map(({ path }) => join(workshop.lake, path)))
      ).pipe(namingDamage(workshop.lake, files))

const contentsOfTable = (workshop: Workshop, snapshot: Snapshot, lakeTable: LakeTable, seq: number) =>
  Effect.gen(function* () {
    const byMonth = new Map<string, Pick<Contents, "contentHash" | "rows">>()
    for (let after = 0; after < seq; after += OBSERVATIONS_AT_A_TIME) {
      const upTo = Math.min(after + OBSERVATIONS_AT_A_TIME, seq)
      for (const { contentHash, month, rows } of yield* contentsOfRange(workshop, snapshot, lakeTable, {
        after,
        upTo
      })) {
        const place = placeOf(lakeTable.table.name, month)
        const before = byMonth.get(place)
        byMonth.set(place, together([...(before === undefined ? [] : [before]), { contentHash, rows }]))
      }
    }
    return byMonth
  })

const differing = (one: LakeContents, other: LakeContents): ReadonlyArray<string> =>
  [...new Set([...one.keys(), ...other.keys()])].filter((place) => {
    const [a, b] = [one.get(place), other.get(place)]
    return a?.rows !== b?.rows || a?.contentHash !== b?.contentHash
  })

export interface LakeReading {
  readonly dataDir: string
  /** A folder for DuckDB, which is made when it is needed. */
  readonly spillFolder: string
  /** A file that is missing or cannot be read fails the comparison, or differs like wrong rows. */
  readonly damage: "fails" | "differs"
}

/** Takes files that cannot be read for contents that no table has. */
const orUnreadable = <R>(table: string, read: Effect.Effect<LakeContents, StorageFailed, R>) =>
  Effect.catchAll(read, ({ message }) =>
    Effect.as(Effect.logWarning(message), new Map([[`lake/${table}`, { rows: Number.NaN, contentHash: "" }]]))
  )

/**
 * Reads what the files of the lake hold, at once: compaction deletes files that it has replaced. Returns the function
 * that compares some tables of a scratch database with them, and returns the places whose rows differ.
 */
export const readLake = (
  { dataDir, damage, spillFolder }: LakeReading,
  { files }: LakeState,
  stops: LakeStops
) =>
  Effect.gen(function* () {
    const workshop = yield* workshopBeside(dataDir, spillFolder)
    const held = new Map<string, LakeContents>()
    for (const lakeTable of stops.flatMap(({ tables }) => tables)) {
      const { name } = lakeTable.table
      const own = files.filter(({ table }) => table === name)
      const months = Effect.map(
        contentsOfFiles(workshop, lakeTable, own),
        (all): LakeContents => new Map(all.map(({ month, ...contents }) => [placeOf(name, month), contents]))
      )
      held.set(name, yield* damage === "fails" ? months : orUnreadable(name, months))
    }
    return (path: string, seq: number, tables: ReadonlyArray<LakeTable>) =>
      Effect.gen(function* () {
        const snapshot = yield* snapshotOf(path)
        const places = yield* Effect.forEach(tables, (lakeTable) =>
          Effect.map(contentsOfTable(workshop, snapshot, lakeTable, seq), (rebuilt) =>
            differing(rebuilt, held.get(lakeTable.table.name) ?? new Map())
          )
        )
        return places.flat()
      }).pipe(Effect.scoped)
  })
