/**
 * Verification of the log. Of a hot row, the hash in the chain is computed again from the stored bytes. The archive
 * has the body in pieces, not the stored bytes, so of an archived row the link is computed, which covers the hash of
 * the body and the hash in the chain. The body of each is compared with its hash.
 */
import { Effect, Option, Stream } from "effect"
import { LogDamaged } from "../../../domain/errors.ts"
import { checkFiles, segmentFolder } from "../../archive/files.ts"
import { linkHash } from "../../archive/link.ts"
import { readManifest } from "../../archive/manifest.ts"
import type { ArchivedObservation, SegmentRange, SegmentRecord } from "../../archive/segment.ts"
import { inSegment } from "./archived-rows.ts"
import { chainHash, GENESIS } from "./chain.ts"
import { type LogRow, sealArchived, toSealed } from "./log-row.ts"
import { open } from "./sealed.ts"
import type { WholeLog } from "./whole-log.ts"

/** Bodies that are decompressed and hashed at a time. */
const OPEN_MAX = 2

const checkManifest = (folder: string, record: SegmentRecord) =>
  Effect.gen(function* () {
    const damaged = (why: string) => new LogDamaged({ seq: record.first_seq, why: `manifest.json ${why}` })
    const manifest = yield* Effect.mapError(readManifest(folder), ({ why }) =>
      damaged(`cannot be read (${why})`)
    )
    const differing = Object.entries(manifest).filter(
      ([name, value]) => record[name as keyof SegmentRecord] !== value
    )
    if (differing.length > 0)
      return yield* damaged(`differs from archive_segments in ${differing.map(([name]) => name).join(", ")}`)
  })

export const make = ({ archived, chainAt, hot, inOrder }: WholeLog) => {
  const chainBefore = (seq: number) =>
    seq <= 1
      ? Effect.succeed(GENESIS)
      : Effect.flatMap(
          chainAt(seq - 1),
          Option.match({
            onNone: () => new LogDamaged({ seq: seq - 1, why: "the row is missing" }),
            onSome: Effect.succeed
          })
        )

  const checkHot = (previous: string, rows: ReadonlyArray<LogRow>) =>
    Effect.reduce(rows, previous, (chain, row) => {
      const expected = chainHash(chain, row)
      return expected === row.chain_sha256
        ? Effect.succeed(expected)
        : new LogDamaged({ seq: row.seq, why: "its bytes are not those that the hash chain was made of" })
    }).pipe(
      Effect.tap(() =>
        Effect.forEach(rows, (row) => open(toSealed(row)), { concurrency: OPEN_MAX, discard: true })
      )
    )

  const verifyHot = (from: number, to: number) =>
    Stream.unwrap(
      Effect.map(chainBefore(from), (chain) =>
        hot
          .rows(from, to)
          .pipe(
            Stream.mapAccumEffect(chain, (previous, rows) =>
              Effect.map(checkHot(previous, rows), (last) => [last, rows] as const)
            )
          )
      )
    )

  /** Compares a record with the one before it, and the files with the record. */
  const checkSegment = (record: SegmentRecord) =>
    Effect.gen(function* () {
      const before = yield* archived.segmentWith(record.first_seq - 1)
      const link = Option.match(before, { onNone: () => GENESIS, onSome: ({ link_sha256 }) => link_sha256 })
      if (link !== record.previous_link_sha256)
        return yield* new LogDamaged({
          seq: record.first_seq,
          why: "it does not follow the segment before it"
        })
      const folder = segmentFolder(yield* archived.dataDir, record)
      yield* checkFiles(folder, record)
      yield* checkManifest(folder, record)
    })

  const linkBefore = (record: SegmentRecord, seq: number) =>
    seq === record.first_seq
      ? Effect.succeed(record.previous_link_sha256)
      : archived
          .rows(record, { from: seq - 1, to: seq - 1 })
          .pipe(Stream.runFold(GENESIS, (before, rows) => rows.at(-1)?.link_sha256 ?? before))

  const checkArchived =
    (record: SegmentRecord) => (previous: string, rows: ReadonlyArray<ArchivedObservation>) =>
      Effect.reduce(rows, previous, (link, row) => {
        const expected = linkHash(link, row)
        if (expected !== row.link_sha256)
          return new LogDamaged({ seq: row.seq, why: "it is not the row that was sealed" })
        const isEnd = row.seq === record.last_seq
        return isEnd && (expected !== record.link_sha256 || row.chain_sha256 !== record.chain_sha256)
          ? new LogDamaged({ seq: row.seq, why: "it is not the end that archive_segments records" })
          : Effect.succeed(expected)
      }).pipe(
        Effect.tap(() =>
          Effect.forEach(rows, (row) => open(sealArchived(row)), { concurrency: OPEN_MAX, discard: true })
        )
      )

  const verifyArchived = (record: SegmentRecord, range: SegmentRange) =>
    Stream.unwrap(
      Effect.map(Effect.zipRight(checkSegment(record), linkBefore(record, range.from)), (link) =>
        archived
          .observations(record, range)
          .pipe(
            Stream.mapAccumEffect(link, (previous, rows) =>
              Effect.map(checkArchived(record)(previous, rows), (last) => [last, rows] as const)
            )
          )
      )
    ).pipe(Stream.mapError(inSegment(record)))

  /** Verifies the rows of a range, and emits the seq that is reached from time to time. */
  return (range: SegmentRange) =>
    inOrder<{ readonly seq: number }>(range, { archived: verifyArchived, hot: verifyHot }).pipe(
      Stream.filterMap((rows) => Option.fromNullable(rows.at(-1)?.seq))
    )
}
