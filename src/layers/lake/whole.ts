/**
 * The tables that the lake holds as they were at a flush, each in one file. They serve other DuckDB clients; `query`
 * reads these tables from SQLite.
 */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import { Clock, Effect } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import type { PublicTable } from "../../domain/read/view.ts"
import { epochMillis } from "../../domain/units/time.ts"
import { columnsOf } from "../duckdb/staging/kinds.ts"
import { viewSource } from "../duckdb/staging/view-source.ts"
import type { Snapshot } from "../sqlite/database/Snapshot.ts"
import { contentsOf } from "./contents.ts"
import { writeLakeFile } from "./lake-file.ts"
import type { LakeFile } from "./records.ts"
import type { Workshop } from "./workshop.ts"

/** A table with more rows is written once a day: `markets` has millions, and changes with every listing. */
const SMALL_ROWS = 50_000

const DAY_MILLIS = 24 * 60 * 60 * 1000

const isDue = (file: LakeFile | undefined, nowMillis: number): boolean =>
  file === undefined || file.rows <= SMALL_ROWS || nowMillis - epochMillis(file.addedAt) >= DAY_MILLIS

/** Writes a table if its file is due and the rows have changed. Returns the new file, if any. */
export const writeWhole = (
  workshop: Workshop,
  snapshot: Snapshot,
  table: PublicTable,
  current: LakeFile | undefined,
  seq: number
): Effect.Effect<LakeFile | undefined, StorageFailed> =>
  Effect.gen(function* () {
    if (!isDue(current, yield* Clock.currentTimeMillis)) return undefined
    yield* viewSource(workshop.duck, snapshot, table).stage({ columns: columnsOf(table) })
    const from = `main.${quoted(table.name)}`
    const contents = yield* contentsOf(workshop, table, undefined, from)
    const isSame = current?.rows === contents.rows && current.contentHash === contents.contentHash
    const written = isSame
      ? undefined
      : yield* writeLakeFile(workshop, {
          table,
          level: "whole",
          month: null,
          time: undefined,
          seq,
          from,
          contents
        })
    yield* workshop.duck.run(`DROP VIEW ${from}`)
    yield* workshop.duck.run("DROP SCHEMA staged CASCADE")
    return written
  })
