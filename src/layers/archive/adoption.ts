/**
 * Finds a log that ends before its archive, as it does when an older copy of `kalshi.db` is put back, and takes the
 * segments that it does not know into its record. The log then goes on behind them.
 */
import { join } from "node:path"
import { Effect, Option } from "effect"
import { LogDamaged, type StorageFailed } from "../../domain/errors.ts"
import { archivePath } from "../files/data-dir.ts"
import { namesIn } from "../files/folder.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import * as MaintenanceLock from "../sqlite/database/MaintenanceLock.ts"
import { GENESIS } from "../sqlite/log/chain.ts"
import { readManifest } from "./manifest.ts"
import { type SegmentRecord, segmentName } from "./segment.ts"

/** The seqs of a segment, by the name of its folder. */
type Named = Pick<SegmentRecord, "first_seq" | "last_seq">

/** The end of the record of segments: the last seq, and its link. */
interface RecordedEnd {
  readonly seq: number
  readonly link: string
}

const namedIn = (dataDir: string): Effect.Effect<ReadonlyArray<Named>, StorageFailed> =>
  Effect.map(namesIn(archivePath(dataDir)), (names) =>
    names.flatMap((name) => {
      const [, first, last] = /^(\d+)-(\d+)$/.exec(name) ?? []
      return first === undefined ? [] : [{ first_seq: Number(first), last_seq: Number(last) }]
    })
  )

const recordedEnd = Effect.gen(function* () {
  const { sql } = yield* Database
  const [last] = yield* sql<{ seq: number; link: string }>`
    SELECT last_seq AS seq, link_sha256 AS link FROM archive_segments ORDER BY first_seq DESC LIMIT 1
  `
  return last ?? { seq: 0, link: GENESIS }
}).pipe(storage("reading the record of segments"))

/** The ends of a log, and of the archive that reaches beyond it. */
export interface ArchiveAhead {
  /** The last seq of the log, 0 if it is empty. */
  readonly logEnd: number
  /** The last seq of the segments in the folder of the archive. */
  readonly archiveEnd: number
}

/** Returns how far the archive reaches beyond the log, or none if it does not, as is the rule. */
export const archiveAhead = (
  dataDir: string
): Effect.Effect<Option.Option<ArchiveAhead>, StorageFailed, Database> =>
  Effect.gen(function* () {
    const named = yield* namedIn(dataDir)
    const { sql } = yield* Database
    const tables = yield* sql`SELECT 1 FROM sqlite_master WHERE name = 'archive_segments'`
    // A directory of an earlier version, which no writer has opened since, has no archive.
    if (named.length === 0 || tables.length === 0) return Option.none()
    const [hot] = yield* sql<{ seq: number | null }>`SELECT max(seq) AS seq FROM observations`
    const logEnd = Math.max(hot?.seq ?? 0, (yield* recordedEnd).seq)
    const archiveEnd = Math.max(...named.map(({ last_seq }) => last_seq))
    return archiveEnd > logEnd ? Option.some({ logEnd, archiveEnd }) : Option.none()
  }).pipe(storage("comparing the log with its archive"))

/** Says what is wrong, for programs that only read. */
export const aheadWords = ({ archiveEnd, logEnd }: ArchiveAhead): string =>
  `the log ends at seq ${logEnd} and its archive at seq ${archiveEnd}: kalshi.db is an older copy, or a new one. The next program that records takes the segments of the archive into the log again`

/** Returns the segment that follows, from its manifest, or why there is none. */
const following = (dataDir: string, named: ReadonlyArray<Named>, { link, seq }: RecordedEnd) =>
  Effect.gen(function* () {
    const next = named.find(({ first_seq }) => first_seq === seq + 1)
    if (next === undefined)
      return yield* new LogDamaged({ seq: seq + 1, why: "the archive has no segment that begins here" })
    const folder = join(archivePath(dataDir), segmentName(next))
    const record = yield* readManifest(folder)
    if (segmentName(record) !== segmentName(next) || record.previous_link_sha256 !== link)
      return yield* new LogDamaged({
        seq: next.first_seq,
        why: `${folder} does not follow the segment before it: it belongs to another log`
      })
    return { folder, record }
  })

/** Takes the segments that follow the record into it, until the archive ends. `onAdopted` is called after each. */
const adoptAll = (dataDir: string, onAdopted: (seq: number) => void) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    // The reader of segments loads DuckDB, which no start needs but this one.
    const { checkSegment } = yield* Effect.promise(() => import("./adopted-segment.ts"))
    const named = yield* namedIn(dataDir)
    let end = yield* recordedEnd
    while (named.some(({ last_seq }) => last_seq > end.seq)) {
      const { folder, record } = yield* following(dataDir, named, end)
      yield* Effect.logInfo(`verifying ${folder}`)
      yield* checkSegment(dataDir, folder, record)
      yield* sql`INSERT INTO archive_segments ${sql.insert({ ...record })}`
      end = { seq: record.last_seq, link: record.link_sha256 }
      onAdopted(end.seq)
    }
  }).pipe(storage("taking segments into the record"))

/**
 * Takes the segments that lie beyond the log into its record, if each is what its manifest says, follows the one
 * before it, and has the observations that `kalshi.db` still has. Logs what happened. A segment that does not fit is
 * left alone, and an error is logged: recording goes on behind the log that is there, since what is not recorded now
 * is lost for ever. For writers, before the first append.
 */
export const adoptSegments = (dataDir: string) =>
  Effect.gen(function* () {
    const ahead = yield* archiveAhead(dataDir)
    if (Option.isNone(ahead)) return
    const { archiveEnd, logEnd } = ahead.value
    const found = `the log ended at seq ${logEnd} and its archive at seq ${archiveEnd}: kalshi.db is an older copy, or a new one`
    yield* MaintenanceLock.acquire(dataDir, "taking segments into the log")
    let adopted = 0
    yield* adoptAll(dataDir, (seq) => {
      adopted = seq
    }).pipe(
      Effect.zipRight(
        Effect.logWarning(
          `${found}. The segments of the archive are verified and are part of the log again; the tables are brought up to them next`
        )
      ),
      Effect.catchTag("LogDamaged", "StorageFailed", (error) =>
        Effect.logError(
          `${found}.${adopted === 0 ? "" : ` Its segments up to seq ${adopted} are part of the log again, the others are not.`} ${error.message} Restore the newer kalshi.db, or move what does not belong to it out of ${archivePath(dataDir)}; until then nothing is archived. Recording goes on behind what is there.`
        )
      )
    )
  }).pipe(Effect.scoped, Effect.withSpan("adoptSegments"))
