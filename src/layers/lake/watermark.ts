/** Brings the lake to the watermark: the new rows of facts a range of the log at a time, then the whole tables. */
import { Effect } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { type LakeTable, lakeTables, wholeTables } from "../../domain/read/lake.ts"
import { projections } from "../../domain/read/projections.ts"
import { now } from "../clock/now.ts"
import { openSnapshot, type Snapshot } from "../sqlite/database/Snapshot.ts"
import { prunedTables } from "../sqlite/records/prune-cutoffs.ts"
import { flushRange } from "./flush-range.ts"
import {
  commit,
  type LakeChange,
  type LakeFile,
  type LakeState,
  readState,
  type Watermark
} from "./records.ts"
import { writeWhole } from "./whole.ts"
import type { Workshop } from "./workshop.ts"

/** The observations whose rows are written at a time: a million prices, or some millions of levels. */
const OBSERVATIONS_AT_A_TIME = 1000

const failed = (why: string) => new StorageFailed({ operation: "flushing the lake", why })

/** Returns the seq up to which all tables have been projected. */
export const projectedSeq = (snapshot: Snapshot): Effect.Effect<number, StorageFailed> =>
  Effect.gen(function* () {
    const rows = yield* snapshot.query("SELECT projection, version, seq FROM projection_checkpoints")
    const checkpoints = new Map(
      rows.map(([name, version, seq]) => [String(name), { version, seq: Number(seq) }])
    )
    const outdated = projections.filter(({ name, version }) => checkpoints.get(name)?.version !== version)
    if (outdated.length > 0)
      return yield* failed(
        `the projections ${outdated.map(({ name }) => name).join(", ")} have changed since the tables were built; run \`kalshi replay\` first`
      )
    return Math.min(...projections.map(({ name }) => checkpoints.get(name)?.seq ?? 0))
  })

/** The place from which a flush goes on with a table. */
interface Start {
  readonly lakeTable: LakeTable
  readonly before: Watermark | undefined
  /** The seq after which rows are missing. */
  readonly after: number
  /** The files that the rows of this version are in. */
  readonly kept: ReadonlyArray<LakeFile>
  /** The files of another version. */
  readonly outdated: ReadonlyArray<LakeFile>
}

/** If another version of the projection made the files of a table, all of its rows are written anew. */
const startOf = (
  snapshot: Snapshot,
  { files, watermarks }: LakeState,
  lakeTable: LakeTable
): Effect.Effect<Start, StorageFailed> =>
  Effect.gen(function* () {
    const { name } = lakeTable.table
    const before = watermarks.get(name)
    const own = files.filter((file) => file.table === name)
    if (before === undefined || before.version === lakeTable.version)
      return { lakeTable, before, after: before?.seq ?? 0, kept: own, outdated: [] }
    if ((yield* prunedTables(snapshot)).has(name))
      return yield* failed(
        `the rows of ${name} in the lake are those of an earlier version, and kalshi.db does not have all of them any more; run \`kalshi replay\`, which makes the lake anew`
      )
    return { lakeTable, before, after: 0, kept: [], outdated: own }
  })

/** Writes the rows of the next observations of the log, and commits them. Returns none when there are no more. */
export const flushNext = (workshop: Workshop, upTo: number) =>
  Effect.gen(function* () {
    const snapshot = yield* openSnapshot(workshop.dataDir)
    const state = yield* readState(snapshot)
    const starts = yield* Effect.forEach(lakeTables, (table) => startOf(snapshot, state, table))
    const from = Math.min(...starts.map(({ after }) => after))
    const to = Math.min(from + OBSERVATIONS_AT_A_TIME, upTo)
    const behind = starts.filter(({ after }) => after < to)
    if (behind.length === 0) return undefined
    const flushed = yield* Effect.forEach(behind, (start) =>
      Effect.map(
        flushRange(workshop, snapshot, start.lakeTable, { after: start.after, upTo: to }, start.kept),
        (range) => ({ start, range })
      )
    )
    const change: LakeChange = {
      added: flushed.flatMap(({ range }) => range.added),
      retired: flushed.flatMap(({ range, start }) => [...start.outdated, ...range.retired]),
      watermarks: behind.map(({ before, lakeTable }) => ({
        table: lakeTable.table.name,
        before,
        after: { seq: to, version: lakeTable.version }
      }))
    }
    yield* commit(change, yield* now)
    return flushed.map(({ range, start }) => ({
      table: start.lakeTable.table.name,
      rows: range.rows,
      replaced: range.replaced,
      files: range.added.length,
      bytes: range.added.reduce((sum, { bytes }) => sum + bytes, 0)
    }))
  }).pipe(Effect.scoped)

/** Writes the whole tables that are due. */
export const flushWholes = (workshop: Workshop) =>
  Effect.gen(function* () {
    const snapshot = yield* openSnapshot(workshop.dataDir)
    const { files } = yield* readState(snapshot)
    const seq = yield* projectedSeq(snapshot)
    for (const table of wholeTables) {
      const current = files.find((file) => file.table === table.name)
      const written = yield* writeWhole(workshop, snapshot, table, current, seq)
      if (written !== undefined)
        yield* commit(
          { added: [written], retired: current === undefined ? [] : [current], watermarks: [] },
          yield* now
        )
    }
  }).pipe(Effect.scoped)
