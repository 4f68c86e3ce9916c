/** The lake of a data directory: DuckDB writes its files, and `kalshi.db` lists them. */
import { Effect, Layer } from "effect"
import { lakeTables } from "../../domain/read/lake.ts"
import { type CompactionReport, type FlushedTable, type FlushReport, Lake } from "../../services/Lake.ts"
import { now } from "../clock/now.ts"
import { Database } from "../sqlite/database/Database.ts"
import * as MaintenanceLock from "../sqlite/database/MaintenanceLock.ts"
import { openSnapshot } from "../sqlite/database/Snapshot.ts"
import { writeAnalytics } from "./analytics-file.ts"
import { mergeFiles } from "./compact.ts"
import { removeLeftovers, removeRetired } from "./disk.ts"
import { mergesOf } from "./merge-plan.ts"
import { commit, type LakeFile, readState } from "./records.ts"
import { flushNext, flushWholes, projectedSeq } from "./watermark.ts"
import { openWorkshop, type Workshop } from "./workshop.ts"

/** Adds up the reports of ranges. */
const tally = (reports: ReadonlyArray<FlushedTable>): ReadonlyArray<FlushedTable> =>
  lakeTables.map(({ table: { name } }) =>
    reports
      .filter(({ table }) => table === name)
      .reduce(
        (sum, one) => ({
          table: name,
          rows: sum.rows + one.rows,
          replaced: sum.replaced + one.replaced,
          files: sum.files + one.files,
          bytes: sum.bytes + one.bytes
        }),
        { table: name, rows: 0, replaced: 0, files: 0, bytes: 0 }
      )
  )

const stateOf = ({ dataDir }: Workshop) => Effect.scoped(Effect.flatMap(openSnapshot(dataDir), readState))

/** Begins a work on the lake that no other maintenance may disturb. */
const begin = (dataDir: string, work: string) =>
  Effect.gen(function* () {
    yield* MaintenanceLock.acquire(dataDir, work)
    const workshop = yield* openWorkshop(dataDir)
    yield* removeLeftovers(workshop)
    return workshop
  })

const flush = (dataDir: string) =>
  Effect.gen(function* () {
    const workshop = yield* begin(dataDir, "a flush of the lake")
    const seq = yield* Effect.scoped(Effect.flatMap(openSnapshot(dataDir), projectedSeq))
    const reports: Array<FlushedTable> = []
    for (;;) {
      const flushed = yield* flushNext(workshop, seq)
      if (flushed === undefined) break
      reports.push(...flushed)
    }
    yield* flushWholes(workshop)
    yield* writeAnalytics(workshop, (yield* stateOf(workshop)).files)
    return { seq, tables: tally(reports) } satisfies FlushReport
  }).pipe(Effect.scoped, Effect.withSpan("Lake.flush"))

const bytesOf = (files: ReadonlyArray<LakeFile>): number => files.reduce((sum, { bytes }) => sum + bytes, 0)

const compact = (dataDir: string) =>
  Effect.gen(function* () {
    const workshop = yield* begin(dataDir, "a compaction of the lake")
    const { files, watermarks } = yield* stateOf(workshop)
    const [before, after]: [Array<LakeFile>, Array<LakeFile>] = [[], []]
    for (const merge of mergesOf(files, yield* now)) {
      const lakeTable = lakeTables.find(({ table }) => table.name === merge.table)
      if (lakeTable === undefined) continue
      const merged = yield* mergeFiles(workshop, lakeTable, merge, watermarks.get(merge.table)?.seq ?? 0)
      yield* commit({ added: merged, retired: merge.files, watermarks: [] }, yield* now)
      before.push(...merge.files)
      after.push(...merged)
    }
    if (before.length > 0) yield* writeAnalytics(workshop, (yield* stateOf(workshop)).files)
    return {
      before: before.length,
      after: after.length,
      bytesBefore: bytesOf(before),
      bytesAfter: bytesOf(after),
      removed: yield* removeRetired(workshop)
    } satisfies CompactionReport
  }).pipe(Effect.scoped, Effect.withSpan("Lake.compact"))

export const make = (dataDir: string) =>
  Effect.map(Database, (database) =>
    Lake.of({
      flush: Effect.provideService(flush(dataDir), Database, database),
      compact: Effect.provideService(compact(dataDir), Database, database)
    })
  )

export const layer = (dataDir: string) => Layer.effect(Lake, make(dataDir))
