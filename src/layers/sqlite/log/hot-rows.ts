/** The rows of the log that are in SQLite: the newest ones, and those that an archived segment does not hold yet. */
import type * as SqlError from "@effect/sql/SqlError"
import { Effect, Option, Stream } from "effect"
import { LogDamaged, StorageFailed } from "../../../domain/errors.ts"
import type { Database } from "../database/Database.ts"
import { LOG_COLUMNS, type LogRow } from "./log-row.ts"

/** The size in stored bytes at which a batch ends. Received bodies are some twenty times larger. */
const BATCH_BYTES_MAX = 262_144
const BATCH_ROWS_MAX = 256

/** A row without its body. */
export type HotEntry = Omit<LogRow, "body"> & {
  /** The bytes that the body takes. */
  readonly bytes: number
}

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

/** Returns the rows up to the first gap, of rows that should begin with `seq`. */
const contiguous = <Row extends { readonly seq: number }>(rows: ReadonlyArray<Row>, seq: number) => {
  const gap = rows.findIndex((row, index) => row.seq !== seq + index)
  return gap === -1 ? rows : rows.slice(0, gap)
}

export const make = (sql: Database["Type"]["sql"]) => {
  const between = (from: number, to: number) => sql<LogRow>`
    SELECT ${sql.literal(LOG_COLUMNS)}, body
    FROM observations WHERE seq >= ${from} AND seq <= ${to} ORDER BY seq
  `

  /** Returns the next batches of rows. Lengths are read without reading the bodies. */
  const nextBatches = (from: number, to: number) =>
    sql<{ seq: number; bytes: number }>`
      SELECT seq, length(body) AS bytes FROM observations
      WHERE seq >= ${from} AND seq <= ${to} ORDER BY seq LIMIT ${BATCH_ROWS_MAX}
    `.pipe(Effect.map(intoBatches))

  /** Names the row that SQLite cannot read. */
  const unreadable = (from: number, to: number) =>
    Stream.range(from, to).pipe(
      Stream.mapEffect((seq) =>
        Effect.mapError(between(seq, seq), (error) => new LogDamaged({ seq, why: String(error.cause) }))
      ),
      Stream.takeUntil((rows) => rows.length === 0),
      Stream.runDrain,
      Effect.zipRight(new StorageFailed({ operation: "reading the log", why: "the database is damaged" }))
    )

  const readable = <A>(self: Effect.Effect<A, SqlError.SqlError>, from: number, to: number) =>
    Effect.catchTag(self, "SqlError", () => unreadable(from, to))

  /** Where a stream of rows is: the next seq, and the batches that are planned from there on. */
  interface Place {
    readonly next: number
    readonly planned: ReadonlyArray<Batch>
  }

  /**
   * Rows as stored, batch by batch. It ends at the first seq without a row, which may be the end of the log, or a row
   * that has moved into the archive in the meantime.
   */
  const rows = (from: number, to: number) =>
    Stream.unfoldEffect({ next: from, planned: [] } satisfies Place as Place, ({ next, planned }) =>
      Effect.gen(function* () {
        const [batch, ...others] =
          planned.length > 0 ? planned : yield* readable(nextBatches(next, to), next, to)
        if (batch === undefined || batch.first !== next) return Option.none()
        const found = contiguous(yield* readable(between(next, batch.last), next, batch.last), next)
        if (found.length === 0) return Option.none()
        const after = next + found.length
        return Option.some([found, { next: after, planned: after > batch.last ? others : [] }] as const)
      })
    )

  /** Rows without bodies, batch by batch. It ends as `rows` does. */
  const entries = (from: number, to: number) =>
    Stream.unfoldEffect(from, (next) =>
      sql<HotEntry>`
        SELECT ${sql.literal(LOG_COLUMNS)}, length(body) AS bytes
        FROM observations WHERE seq >= ${next} AND seq <= ${to} ORDER BY seq LIMIT ${BATCH_ROWS_MAX}
      `.pipe(
        Effect.map((found) => contiguous(found, next)),
        Effect.map((found) =>
          found.length === 0 ? Option.none() : Option.some([found, next + found.length] as const)
        )
      )
    )

  return { between, rows, entries }
}

export type HotRows = ReturnType<typeof make>
