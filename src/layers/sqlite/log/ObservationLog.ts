/** The ObservationLog over SQLite's table `observations` and the archive. */
import { Effect, Layer, Option, Ref, Stream } from "effect"
import { LogDamaged, StorageFailed } from "../../../domain/errors.ts"
import type { Observation } from "../../../domain/observation.ts"
import { slotText } from "../../../domain/units/time.ts"
import { type LogHead, type LogRange, ObservationLog } from "../../../services/ObservationLog.ts"
import { asStorageFailed, Database, storage } from "../database/Database.ts"
import * as ArchivedKeys from "./archived-keys.ts"
import { inSegment } from "./archived-rows.ts"
import * as ArchivedSingle from "./archived-single.ts"
import { chainHash } from "./chain.ts"
import { compress } from "./compression.ts"
import { archivedEntry, sealArchived, toEntry, toRow, toSealed } from "./log-row.ts"
import { open, sha256 } from "./sealed.ts"
import * as Verify from "./verify.ts"
import * as WholeLog from "./whole-log.ts"

const readingLog = <A, E>(rows: Stream.Stream<A, E>) =>
  Stream.mapError(rows, asStorageFailed("reading the log"))

const withEnd = ({ from, to = Number.MAX_SAFE_INTEGER }: LogRange) => ({ from, to })

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const whole = yield* WholeLog.make(sql)
  const { archived, hot, inOrder } = whole
  const keys = ArchivedKeys.make(archived)
  const single = yield* ArchivedSingle.make(archived)
  const appending = yield* Effect.makeSemaphore(1)

  const head = whole.head.pipe(storage("reading the head of the log"))
  // Only the one writer appends, so its own memory of the head is the head.
  const known = yield* Ref.make(Option.none<LogHead>())
  const headToAppendTo = Effect.flatMap(
    Ref.get(known),
    Option.match({ onNone: () => head, onSome: Effect.succeed })
  )

  /** An archive that cannot be searched does not stop the recorder. */
  const archivedSeqs = (observation: Observation) =>
    Effect.catchAll(keys.seqsOf(observation), (error) =>
      Effect.as(
        Effect.logWarning(
          `${error.message} An answer is recorded without a look for an earlier one in the archive.`
        ),
        []
      )
    )

  /** Returns the seq of the answer to a request that has one. */
  const findKey = (observation: Observation) =>
    Effect.gen(function* () {
      const { feed, page, request, slot } = observation
      const [row] = yield* sql<{ seq: number }>`
        SELECT seq FROM observations
        WHERE feed = ${feed} AND slot = ${slotText(slot)} AND request = ${request} AND page = ${page}
      `
      return row?.seq ?? (yield* archivedSeqs(observation))[0]
    })

  const append = (observation: Observation) =>
    Effect.gen(function* () {
      const { encoding, stored } = yield* compress(observation.body).pipe(
        Effect.mapError(
          (error) =>
            new StorageFailed({ operation: "compressing an answer", why: error.message, cause: error })
        )
      )
      const body_sha256 = sha256(observation.body)
      return yield* Effect.gen(function* () {
        const answered = yield* findKey(observation)
        if (answered !== undefined) return { seq: answered, fresh: false }
        const { chainSha256, seq } = yield* headToAppendTo
        const row = toRow(seq + 1, observation, { encoding, body: stored, body_sha256 })
        const chain_sha256 = chainHash(chainSha256, row)
        yield* sql`INSERT INTO observations ${sql.insert({ ...row, chain_sha256 })}`
        yield* Ref.set(known, Option.some({ seq: row.seq, chainSha256: chain_sha256 }))
        return { seq: row.seq, fresh: true }
      }).pipe(
        Effect.uninterruptible,
        Effect.tapError(() => Ref.set(known, Option.none())),
        appending.withPermits(1)
      )
    }).pipe(storage("appending to the log"), Effect.withSpan("ObservationLog.append"))

  const getHot = (seq: number) =>
    Effect.catchTag(
      hot.between(seq, seq),
      "SqlError",
      (error) => new LogDamaged({ seq, why: String(error.cause) })
    ).pipe(
      Effect.flatMap(([row]) => (row === undefined ? Effect.succeedNone : Effect.asSome(open(toSealed(row)))))
    )

  const getArchived = (seq: number) =>
    Effect.flatMap(
      single(seq),
      Option.match({
        onNone: () => Effect.succeedNone,
        onSome: ({ row, segment }) =>
          open(sealArchived(row)).pipe(Effect.asSome, Effect.mapError(inSegment(segment)))
      })
    )

  const lastPages: ObservationLog["Type"]["lastPages"] = (feed, since) =>
    Effect.gen(function* () {
      // The hot rows come first: a row that moves between the two readings is then in both.
      const rows = yield* sql<{ request: string; seq: number }>`
        SELECT request, max(seq) AS seq FROM observations
        WHERE feed = ${feed} AND slot >= ${slotText(since)} GROUP BY request
      `
      const hotSeqs = new Map(rows.map(({ request, seq }) => [request, seq]))
      return new Map([...(yield* keys.lastSeqs(feed, since)), ...hotSeqs])
    }).pipe(storage("reading the log"))

  return ObservationLog.of({
    append,
    head,
    read: (range) =>
      inOrder(withEnd(range), {
        archived: (record, part) =>
          Stream.map(archived.observations(record, part), (rows) => rows.map(sealArchived)),
        hot: (from, to) => Stream.map(hot.rows(from, to), (rows) => rows.map(toSealed))
      }).pipe(readingLog),
    get: (seq) =>
      Effect.flatMap(
        getHot(seq),
        Option.match({ onNone: () => getArchived(seq), onSome: Effect.succeedSome })
      ).pipe(storage("reading the log")),
    lastPages,
    entries: (range) =>
      inOrder(withEnd(range), {
        archived: (record, part) =>
          Stream.map(archived.rows(record, part), (rows) => rows.map(archivedEntry)),
        hot: (from, to) => Stream.map(hot.entries(from, to), (rows) => rows.map(toEntry))
      }).pipe(Stream.flattenIterables, readingLog),
    verify: (range) => readingLog(Verify.make(whole)(withEnd(range)))
  })
})

export const layer = Layer.effect(ObservationLog, make)
