/**
 * Seals the next segment: writes a range of the log into Parquet files in a temporary folder, reads them back from the
 * disk, compares every body with its hash and every other column through the links, and puts the folder in its place.
 */
import { mkdir, rename, stat } from "node:fs/promises"
import { join } from "node:path"
import { Effect, Fiber, Stream } from "effect"
import { LogDamaged, StorageFailed } from "../../domain/errors.ts"
import { now } from "../clock/now.ts"
import { openDuck } from "../duckdb/Duck.ts"
import { archivePath } from "../files/data-dir.ts"
import { whyOf } from "../files/error-words.ts"
import { syncPath } from "../files/sync.ts"
import { workFolder } from "../files/work-folder.ts"
import { chainHash } from "../sqlite/log/chain.ts"
import { decompress } from "../sqlite/log/compression.ts"
import type { LogRow } from "../sqlite/log/log-row.ts"
import { sha256 } from "../sqlite/log/sealed.ts"
import { fileSha256, OBSERVATIONS_FILE, PIECES_FILE, segmentFolder } from "./files.ts"
import type { HotLog } from "./hot-log.ts"
import { linkHash } from "./link.ts"
import { writeManifest } from "./manifest.ts"
import { openSegmentIn } from "./reader.ts"
import type { ArchivedRow, SegmentRecord } from "./segment.ts"
import { makeSegmentTables, type SegmentTables } from "./segment-tables.ts"

/** The limits of a segment. Beyond them the next one begins. */
export interface SegmentLimits {
  /** The number of distinct pieces. A writer keeps some 150 bytes for each in memory. */
  readonly pieces: number
  /** The bytes of the distinct pieces. DuckDB sorts them on the disk, and needs two to three times as much there. */
  readonly pieceBytes: number
  /** The number of the pieces of all bodies. A writer keeps 4 bytes for each in memory. */
  readonly uses: number
}

export const LIMITS: SegmentLimits = { pieces: 1_000_000, pieceBytes: 1_500_000_000, uses: 20_000_000 }

/** The level of zstd: see decision 0032. */
const ZSTD_LEVEL = 9

/** Above this size, in megabytes, DuckDB sorts on the disk. */
const MEMORY_MEGABYTES = 256

/** The name of a folder in which a segment is built. What is found under such a name was left by a killed program. */
export const BUILDING = ".sealing-"

/** Where the log stands before a segment: the last observation's seq, and its hash in both chains. */
export interface SealedEnd {
  readonly seq: number
  readonly chain: string
  readonly link: string
}

export interface SealOptions {
  readonly dataDir: string
  readonly hot: HotLog
  readonly after: SealedEnd
  /** The last seq that may be sealed. */
  readonly to: number
  readonly limits: SegmentLimits
  readonly onSealed: (seq: number) => Effect.Effect<void>
}

/** The sums and ends of a segment that is being written. */
interface Progress {
  readonly end: SealedEnd
  readonly firstObservedAt: string
  readonly lastObservedAt: string
  readonly bodyBytes: number
  readonly storedBytes: number
}

const dayOf = (observedAt: string): string => observedAt.slice(0, 10)

const io = <A>(operation: string, call: () => Promise<A>): Effect.Effect<A, StorageFailed> =>
  Effect.tryPromise({
    try: call,
    catch: (error) => new StorageFailed({ operation, why: whyOf(error), cause: error })
  })

const openRow = (row: LogRow) =>
  decompress(row.encoding, row.body).pipe(
    Effect.mapError(
      (error) => new LogDamaged({ seq: row.seq, why: `its body does not decompress (${error.message})` })
    ),
    Effect.map((body) => ({ row, body: Buffer.from(body.buffer, body.byteOffset, body.byteLength) }))
  )

const archivedRow = (
  { body: stored, ...row }: LogRow,
  body: Uint8Array,
  previous: SealedEnd
): ArchivedRow => {
  const columns = { ...row, body_bytes: body.length, stored_bytes: stored.length }
  return { ...columns, link_sha256: linkHash(previous.link, columns) }
}

/** Checks a row against the chain of the log, of which `previous` is the end so far. */
const checkChain = (row: LogRow, previous: SealedEnd): Effect.Effect<void, LogDamaged> => {
  if (row.seq !== previous.seq + 1)
    return Effect.fail(new LogDamaged({ seq: previous.seq + 1, why: "the row is missing" }))
  return chainHash(previous.chain, row) === row.chain_sha256
    ? Effect.void
    : Effect.fail(
        new LogDamaged({ seq: row.seq, why: "its bytes are not those that the hash chain was made of" })
      )
}

/** Fills the tables with rows up to a limit, or the end of the day. */
const fill = ({ after, hot, limits, onSealed, to }: SealOptions, tables: SegmentTables) =>
  Effect.gen(function* () {
    let progress: Progress | undefined
    let end = after
    const load = (from: number) =>
      Effect.flatMap(hot.rows(from, to), (rows) => Effect.forEach(rows, openRow, { concurrency: 2 }))
    let loading = yield* Effect.fork(load(end.seq + 1))
    while (end.seq < to) {
      const batch = yield* Fiber.join(loading)
      const last = batch.at(-1)?.row.seq
      if (last === undefined) return yield* new LogDamaged({ seq: end.seq + 1, why: "the row is missing" })
      // The next bodies are decompressed on other threads meanwhile.
      if (last < to) loading = yield* Effect.fork(load(last + 1))
      for (const { body, row } of batch) {
        const full =
          tables.pieces() >= limits.pieces ||
          tables.pieceBytes() >= limits.pieceBytes ||
          tables.uses() >= limits.uses
        if (progress !== undefined && (full || dayOf(row.observed_at) > dayOf(progress.lastObservedAt))) {
          yield* Fiber.interrupt(loading)
          return progress
        }
        yield* checkChain(row, end)
        const archived = archivedRow(row, body, end)
        yield* tables.add(archived, body)
        end = { seq: row.seq, chain: row.chain_sha256, link: archived.link_sha256 }
        const { firstObservedAt = row.observed_at, lastObservedAt = row.observed_at } = progress ?? {}
        const times = [firstObservedAt, row.observed_at, lastObservedAt].sort()
        progress = {
          end,
          firstObservedAt: times[0] ?? firstObservedAt,
          lastObservedAt: times[2] ?? lastObservedAt,
          bodyBytes: (progress?.bodyBytes ?? 0) + body.length,
          storedBytes: (progress?.storedBytes ?? 0) + row.body.length
        }
      }
      yield* onSealed(end.seq)
    }
    return progress
  })

/** Writes the files of the next segment into a folder. Returns their record. */
const write = (options: SealOptions, folder: string) =>
  Effect.gen(function* () {
    const { after, dataDir } = options
    const spillFolder = yield* workFolder("archive", dataDir)
    const onError = (why: string) => new StorageFailed({ operation: `writing ${folder}`, why })
    const duck = yield* openDuck({ memoryMegabytes: MEMORY_MEGABYTES, spillFolder, onError })
    // Each thread would hold row groups of its own.
    yield* duck.run("SET threads = 1")
    const tables = yield* makeSegmentTables(duck, ZSTD_LEVEL)
    const progress = yield* fill(options, tables)
    if (progress === undefined) return undefined
    const files = { observations: join(folder, OBSERVATIONS_FILE), pieces: join(folder, PIECES_FILE) }
    yield* tables.write(files)
    const bytesOf = (path: string) =>
      io(`writing ${path}`, async () => {
        await syncPath(path)
        return (await stat(path)).size
      })
    return {
      first_seq: after.seq + 1,
      last_seq: progress.end.seq,
      first_observed_at: progress.firstObservedAt,
      last_observed_at: progress.lastObservedAt,
      pieces: tables.pieces(),
      body_bytes: progress.bodyBytes,
      stored_bytes: progress.storedBytes,
      observations_bytes: yield* bytesOf(files.observations),
      observations_sha256: yield* fileSha256(files.observations),
      pieces_bytes: yield* bytesOf(files.pieces),
      pieces_sha256: yield* fileSha256(files.pieces),
      previous_link_sha256: after.link,
      link_sha256: progress.end.link,
      chain_sha256: progress.end.chain,
      sealed_at: yield* now
    } satisfies SegmentRecord
  }).pipe(Effect.scoped)

/**
 * Reads a segment back from the disk and compares it with what was sealed. The last link covers every column of every
 * row, and so the hash of every body.
 */
export const verifySegment = (dataDir: string, folder: string, record: SegmentRecord) =>
  Effect.gen(function* () {
    const segment = yield* openSegmentIn(folder, record, dataDir)
    const end = yield* Stream.runFoldEffect(
      segment.observations({ from: record.first_seq, to: record.last_seq }),
      { seq: record.first_seq - 1, link: record.previous_link_sha256 },
      (before, batch) =>
        Effect.reduce(batch, before, (previous, { body, link_sha256, ...row }) => {
          const differs = (what: string) =>
            Effect.fail(new LogDamaged({ seq: row.seq, why: `${what} in ${folder} is not what was sealed` }))
          if (row.seq !== previous.seq + 1) return differs("the order of the rows")
          if (sha256(body) !== row.body_sha256) return differs("its body")
          if (linkHash(previous.link, row) !== link_sha256) return differs("a column")
          return Effect.succeed({ seq: row.seq, link: link_sha256 })
        })
    )
    if (end.seq !== record.last_seq || end.link !== record.link_sha256)
      return yield* new LogDamaged({ seq: end.seq, why: `${folder} does not end as it was sealed` })
  })

/** Seals the next segment and puts it in its place. It is not in the record yet. Returns undefined if there is none. */
export const sealNext = (
  options: SealOptions
): Effect.Effect<SegmentRecord | undefined, StorageFailed | LogDamaged> =>
  Effect.gen(function* () {
    const { after, dataDir } = options
    const building = join(archivePath(dataDir), `${BUILDING}${after.seq + 1}`)
    yield* io(`making ${building}`, () => mkdir(building))
    const record = yield* write(options, building)
    if (record === undefined) return undefined
    yield* verifySegment(dataDir, building, record)
    yield* writeManifest(building, record)
    const place = segmentFolder(dataDir, record)
    yield* io(`putting ${place} in its place`, async () => {
      await syncPath(building)
      await rename(building, place)
      await syncPath(archivePath(dataDir))
    })
    return record
  })
