/** The parts of the log that a verification reads: all of it, or what came after the last one. */
import { Effect, Option } from "effect"
import { LogDamaged } from "../../../domain/errors.ts"
import { checkSizes, segmentFolder } from "../../archive/files.ts"
import type { SegmentRange, SegmentRecord } from "../../archive/segment.ts"
import { Database, storage } from "../database/Database.ts"
import { nameOf } from "./archived-rows.ts"
import { GENESIS } from "./chain.ts"
import type { LastVerified } from "./last-verified.ts"
import * as WholeLog from "./whole-log.ts"

export interface VerifyPlan {
  /** The ranges to verify, in order. */
  readonly ranges: ReadonlyArray<SegmentRange>
  /** The number of segments that the last verification has read, and of which only the sizes were compared now. */
  readonly knownSegments: number
  /** The ends that are remembered once the ranges are verified. */
  readonly end: Omit<LastVerified, "verifiedAt">
}

const wholeLog = Effect.flatMap(Database, ({ sql }) => WholeLog.make(sql))

/** Compares segments with their records by size, and each record with the one before it. */
const checkKnown = (dataDir: string, records: ReadonlyArray<SegmentRecord>) =>
  Effect.reduce(records, { seq: 0, link: GENESIS }, (before, record) =>
    record.first_seq === before.seq + 1 && record.previous_link_sha256 === before.link
      ? Effect.as(checkSizes(segmentFolder(dataDir, record), record), {
          seq: record.last_seq,
          link: record.link_sha256
        })
      : new LogDamaged({
          seq: record.first_seq,
          segment: nameOf(record),
          why: "it does not follow the segment before it"
        })
  )

/**
 * Plans a verification. After an earlier one these are the segments that it has not read, and the rows after its end.
 * Fails with `LogDamaged` if the log does not have that end any more.
 */
export const planVerify = (dataDir: string, last: Option.Option<LastVerified>) =>
  Effect.gen(function* () {
    const log = yield* wholeLog
    const head = yield* log.head
    const newest = yield* log.archived.newest
    const archive = Option.match(newest, {
      onNone: () => ({ archivedTo: 0, linkSha256: GENESIS }),
      onSome: ({ last_seq, link_sha256 }) => ({ archivedTo: last_seq, linkSha256: link_sha256 })
    })
    const end = { ...head, ...archive }
    if (Option.isNone(last))
      return { ranges: [{ from: 1, to: head.seq }], knownSegments: 0, end } satisfies VerifyPlan
    const { archivedTo, chainSha256, linkSha256, seq, verifiedAt } = last.value
    const changed = (seq: number) =>
      new LogDamaged({ seq, why: `it is not the observation that was verified at ${verifiedAt}` })
    if (seq > 0 && !Option.contains(yield* log.chainAt(seq), chainSha256)) return yield* changed(seq)
    const records = yield* log.archived.segmentsFrom(1)
    const known = records.filter(({ last_seq }) => last_seq <= archivedTo)
    const knownEnd = yield* checkKnown(dataDir, known)
    if (knownEnd.seq !== archivedTo || knownEnd.link !== linkSha256) return yield* changed(archivedTo)
    return {
      ranges: [
        { from: archivedTo + 1, to: archive.archivedTo },
        { from: Math.max(seq, archive.archivedTo) + 1, to: head.seq }
      ].filter(({ from, to }) => from <= to),
      knownSegments: known.length,
      end
    } satisfies VerifyPlan
  }).pipe(storage("reading the log"))
