/**
 * The log as one: its archived rows and its hot rows in the order of `seq`. Rows move into the archive while they are
 * read: a row is recorded as archived before it leaves SQLite, so a row that is in neither place is missing.
 */
import type * as SqlError from "@effect/sql/SqlError"
import { Effect, Option, Ref, Stream } from "effect"
import { LogDamaged, type StorageFailed } from "../../../domain/errors.ts"
import type { LogHead } from "../../../services/ObservationLog.ts"
import type { SegmentRange, SegmentRecord } from "../../archive/segment.ts"
import type { Database } from "../database/Database.ts"
import * as ArchivedRows from "./archived-rows.ts"
import { GENESIS } from "./chain.ts"
import * as HotRows from "./hot-rows.ts"

type ReadError = StorageFailed | LogDamaged

/** How to read a stretch of each place. Both ends of a stretch are included. */
export interface Stretches<Row> {
  readonly archived: (
    record: SegmentRecord,
    range: SegmentRange
  ) => Stream.Stream<ReadonlyArray<Row>, ReadError | SqlError.SqlError>
  /** It ends at the first seq without a hot row. */
  readonly hot: (from: number, to: number) => Stream.Stream<ReadonlyArray<Row>, ReadError | SqlError.SqlError>
}

export const make = (sql: Database["Type"]["sql"]) =>
  Effect.gen(function* () {
    const hot = HotRows.make(sql)
    const archived = yield* ArchivedRows.make(sql)

    /** Fails if there are hot rows behind a seq that has no row. */
    const endOrGap = (seq: number, to: number) =>
      Effect.flatMap(
        sql`SELECT 1 FROM observations WHERE seq > ${seq} AND seq <= ${to} LIMIT 1`,
        ([beyond]) =>
          beyond === undefined ? Effect.void : new LogDamaged({ seq, why: "the row is missing" })
      )

    /** Reads rows in batches, in the order of `seq`, to the end of the log or of the range. */
    const inOrder = <Row extends { readonly seq: number }>(
      { from, to }: SegmentRange,
      stretches: Stretches<Row>
    ): Stream.Stream<ReadonlyArray<Row>, ReadError | SqlError.SqlError> =>
      Stream.unwrap(
        Effect.map(Ref.make(from), (next) => {
          const counted = (batch: ReadonlyArray<Row>) => Ref.update(next, (seq) => seq + batch.length)
          const goOn: Stream.Stream<ReadonlyArray<Row>, ReadError | SqlError.SqlError> = Stream.unwrap(
            Effect.gen(function* () {
              const seq = yield* Ref.get(next)
              if (seq > to) return Stream.empty
              const segment = yield* archived.segmentWith(seq)
              if (Option.isSome(segment)) {
                const range = { from: seq, to: Math.min(to, segment.value.last_seq) }
                return Stream.concat(Stream.tap(stretches.archived(segment.value, range), counted), goOn)
              }
              return Stream.concat(
                Stream.tap(stretches.hot(seq, to), counted),
                Stream.unwrap(
                  Effect.gen(function* () {
                    const after = yield* Ref.get(next)
                    if (after > to) return Stream.empty
                    // The rows that come next may have moved since the archive was asked.
                    if (Option.isSome(yield* archived.segmentWith(after))) return goOn
                    return yield* Effect.as(endOrGap(after, to), Stream.empty)
                  })
                )
              )
            })
          )
          return goOn
        })
      )

    const head = Effect.gen(function* () {
      const [row] = yield* sql<{ seq: number; chain_sha256: string }>`
        SELECT seq, chain_sha256 FROM observations ORDER BY seq DESC LIMIT 1
      `
      const newest = yield* archived.newest
      const inArchive = Option.match(newest, {
        onNone: (): LogHead => ({ seq: 0, chainSha256: GENESIS }),
        onSome: ({ chain_sha256, last_seq }) => ({ seq: last_seq, chainSha256: chain_sha256 })
      })
      return row !== undefined && row.seq > inArchive.seq
        ? { seq: row.seq, chainSha256: row.chain_sha256 }
        : inArchive
    })

    /** Returns the hash of an observation in the chain, or none if there is no such observation. */
    const chainAt = (seq: number): Effect.Effect<Option.Option<string>, ReadError | SqlError.SqlError> =>
      Effect.gen(function* () {
        const [row] = yield* sql<{ chain_sha256: string }>`
          SELECT chain_sha256 FROM observations WHERE seq = ${seq}
        `
        if (row !== undefined) return Option.some(row.chain_sha256)
        const segment = yield* archived.segmentWith(seq)
        if (Option.isNone(segment)) return Option.none()
        if (segment.value.last_seq === seq) return Option.some(segment.value.chain_sha256)
        const rows = yield* Stream.runHead(archived.rows(segment.value, { from: seq, to: seq }))
        return Option.flatMap(rows, ([found]) =>
          Option.map(Option.fromNullable(found), (it) => it.chain_sha256)
        )
      })

    return { hot, archived, inOrder, head, chainAt }
  })

export type WholeLog = Effect.Effect.Success<ReturnType<typeof make>>
