/** The ObservationLog in SQLite's table `observations`. */
import { Chunk, Effect, Layer, Option, Ref, Stream } from "effect"
import { LogDamaged, StorageFailed } from "../../../domain/errors.ts"
import type { Observation } from "../../../domain/observation.ts"
import { slotText } from "../../../domain/units/time.ts"
import { type LogHead, type LogRange, ObservationLog } from "../../../services/ObservationLog.ts"
import { Database, storage } from "../database/Database.ts"
import { chainHash, GENESIS } from "./chain.ts"
import { compress } from "./compression.ts"
import { LOG_COLUMNS, type LogRow, toEntry, toRow, toSealed } from "./log-row.ts"
import { open, sha256 } from "./sealed.ts"

/** The size in stored bytes at which a batch ends. Received bodies are some twenty times larger. */
const BATCH_BYTES_MAX = 262_144
const BATCH_ROWS_MAX = 256

interface Batch {
  readonly first: number
  readonly last: number
}

const intoBatches = (rows: ReadonlyArray<{ readonly seq: number; readonly bytes: number }>) => {
  const batches: Array<Batch> = []
  let bytes = Number.POSITIVE_INFINITY
  for (const row of rows) {
    bytes += row.bytes
    const batch = batches.at(-1)
    if (batch !== undefined && bytes <= BATCH_BYTES_MAX) {
      batches[batches.length - 1] = { first: batch.first, last: row.seq }
    } else {
      batches.push({ first: row.seq, last: row.seq })
      bytes = row.bytes
    }
  }
  return batches
}

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const appending = yield* Effect.makeSemaphore(1)

  const readHead = sql<{ seq: number; chain_sha256: string }>`
    SELECT seq, chain_sha256 FROM observations ORDER BY seq DESC LIMIT 1
  `.pipe(
    Effect.map(
      ([row]): LogHead =>
        row === undefined ? { seq: 0, chainSha256: GENESIS } : { seq: row.seq, chainSha256: row.chain_sha256 }
    ),
    storage("reading the head of the log")
  )
  // Only the one writer appends, so its own memory of the head is the head.
  const known = yield* Ref.make(Option.none<LogHead>())
  const headToAppendTo = Effect.flatMap(
    Ref.get(known),
    Option.match({ onNone: () => readHead, onSome: Effect.succeed })
  )

  const findKey = ({ feed, page, request, slot }: Observation) => sql<{ seq: number }>`
    SELECT seq FROM observations
    WHERE feed = ${feed} AND slot = ${slotText(slot)} AND request = ${request} AND page = ${page}
  `

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
        const [answered] = yield* findKey(observation)
        if (answered !== undefined) return { seq: answered.seq, fresh: false }
        const head = yield* headToAppendTo
        const row = toRow(head.seq + 1, observation, { encoding, body: stored, body_sha256 })
        const chain_sha256 = chainHash(head.chainSha256, row)
        yield* sql`INSERT INTO observations ${sql.insert({ ...row, chain_sha256 })}`
        yield* Ref.set(known, Option.some({ seq: row.seq, chainSha256: chain_sha256 }))
        return { seq: row.seq, fresh: true }
      }).pipe(
        Effect.uninterruptible,
        Effect.tapError(() => Ref.set(known, Option.none())),
        appending.withPermits(1)
      )
    }).pipe(storage("appending to the log"), Effect.withSpan("ObservationLog.append"))

  /** Returns the next batches of rows. Lengths are read without reading the bodies. */
  const nextBatches = (from: number, to: number) =>
    sql<{ seq: number; bytes: number }>`
      SELECT seq, length(body) AS bytes FROM observations
      WHERE seq >= ${from} AND seq <= ${to} ORDER BY seq LIMIT ${BATCH_ROWS_MAX}
    `.pipe(Effect.map(intoBatches))

  const rowsBetween = (from: number, to: number) => sql<LogRow>`
    SELECT ${sql.literal(LOG_COLUMNS)}, body
    FROM observations WHERE seq >= ${from} AND seq <= ${to} ORDER BY seq
  `

  /** Rows as stored, batch by batch. A row that SQLite cannot read is named. */
  const batches = ({ from, to = Number.MAX_SAFE_INTEGER }: LogRange) =>
    Stream.paginateChunkEffect(from, (start) =>
      Effect.map(nextBatches(start, to), (found) => {
        const last = found.at(-1)?.last ?? to
        return [Chunk.fromIterable(found), last < to ? Option.some(last + 1) : Option.none<number>()] as const
      }).pipe(Effect.catchTag("SqlError", () => unreadable(start, to)))
    ).pipe(
      Stream.mapEffect(({ first, last }) =>
        Effect.catchTag(rowsBetween(first, last), "SqlError", () => unreadable(first, last))
      )
    )

  const unreadable = (from: number, to: number) =>
    Stream.range(from, to).pipe(
      Stream.mapEffect((seq) =>
        Effect.mapError(rowsBetween(seq, seq), (error) => new LogDamaged({ seq, why: String(error.cause) }))
      ),
      Stream.takeUntil((rows) => rows.length === 0),
      Stream.runDrain,
      Effect.zipRight(new StorageFailed({ operation: "reading the log", why: "the database is damaged" }))
    )

  const chainBefore = (seq: number) =>
    seq <= 1
      ? Effect.succeed(GENESIS)
      : sql<{ chain_sha256: string }>`SELECT chain_sha256 FROM observations WHERE seq = ${seq - 1}`.pipe(
          Effect.flatMap(([row]) =>
            row === undefined
              ? new LogDamaged({ seq: seq - 1, why: "the row is missing" })
              : Effect.succeed(row.chain_sha256)
          ),
          storage("reading the log")
        )

  const checkLinks = (
    previous: { readonly seq: number; readonly chain: string },
    rows: ReadonlyArray<LogRow>
  ) =>
    Effect.reduce(rows, previous, ({ chain, seq }, row) => {
      if (row.seq !== seq + 1) return new LogDamaged({ seq: seq + 1, why: "the row is missing" })
      const expected = chainHash(chain, row)
      return expected === row.chain_sha256
        ? Effect.succeed({ seq: row.seq, chain: expected })
        : new LogDamaged({ seq: row.seq, why: "its bytes are not those that the hash chain was made of" })
    })

  const verify = (range: LogRange) =>
    Stream.unwrap(
      Effect.map(chainBefore(range.from), (chain) =>
        batches(range).pipe(
          Stream.mapAccumEffect({ seq: range.from - 1, chain }, (previous, rows) =>
            checkLinks(previous, rows).pipe(
              Effect.tap(() =>
                Effect.forEach(rows, (row) => open(toSealed(row)), { concurrency: 2, discard: true })
              ),
              Effect.map((last) => [last, last.seq] as const)
            )
          )
        )
      )
    )

  const entries = ({ from, to = Number.MAX_SAFE_INTEGER }: LogRange) =>
    Stream.paginateChunkEffect(from, (start) =>
      sql<Omit<LogRow, "body"> & { readonly bytes: number }>`
        SELECT ${sql.literal(LOG_COLUMNS)}, length(body) AS bytes
        FROM observations WHERE seq >= ${start} AND seq <= ${to} ORDER BY seq LIMIT ${BATCH_ROWS_MAX}
      `.pipe(
        Effect.map((rows) => {
          const last = rows.at(-1)
          return [
            Chunk.fromIterable(rows.map(toEntry)),
            last !== undefined && rows.length === BATCH_ROWS_MAX ? Option.some(last.seq + 1) : Option.none()
          ] as const
        }),
        storage("reading the log")
      )
    )

  return ObservationLog.of({
    append,
    head: readHead,
    read: (range) => Stream.map(batches(range), (rows) => rows.map(toSealed)),
    get: (seq) =>
      rowsBetween(seq, seq).pipe(
        Effect.catchTag("SqlError", (error) => new LogDamaged({ seq, why: String(error.cause) })),
        Effect.flatMap(([row]) =>
          row === undefined ? Effect.succeedNone : Effect.asSome(open(toSealed(row)))
        )
      ),
    lastPages: (feed, since) =>
      sql<{ request: string; seq: number }>`
        SELECT request, max(seq) AS seq FROM observations
        WHERE feed = ${feed} AND slot >= ${slotText(since)} GROUP BY request
      `.pipe(
        Effect.map((rows) => new Map(rows.map(({ request, seq }) => [request, seq]))),
        storage("reading the log")
      ),
    entries,
    verify
  })
})

export const layer = Layer.effect(ObservationLog, make)
