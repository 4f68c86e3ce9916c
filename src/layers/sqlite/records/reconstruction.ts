/**
 * The mark of a database that `replay --until` has made: tables as they were at an earlier seq of a log, without the
 * log. It can be read like a data directory, and nothing can be recorded into it.
 */
import { Effect } from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import { now } from "../../clock/now.ts"
import { Database, storage } from "../database/Database.ts"

/** The last observation that the tables are made of. */
interface LastObservation {
  readonly seq: number
  /** UTC, `2026-11-22T12:15:00.123456Z`. */
  readonly observedAt: string
}

/** Marks a database. */
export const markReconstruction = ({ observedAt, seq }: LastObservation) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    yield* sql`
      CREATE TABLE reconstruction (seq INTEGER NOT NULL, observed_at TEXT NOT NULL, made_at TEXT NOT NULL) STRICT
    `
    yield* sql`INSERT INTO reconstruction VALUES (${seq}, ${observedAt}, ${yield* now})`
  }).pipe(storage("marking the tables"))

const markIn = Effect.gen(function* () {
  const { sql } = yield* Database
  const marked = yield* sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'reconstruction'`
  if (marked.length === 0) return undefined
  const [mark] = yield* sql<LastObservation>`SELECT seq, observed_at AS "observedAt" FROM reconstruction`
  return mark
}).pipe(storage("reading kalshi.db"))

/** Tells whether a database has the tables of an earlier time, and no log that they could be compared with. */
export const isReconstruction = Effect.map(markIn, (mark) => mark !== undefined)

/** Fails if the database is marked. For programs that record, or rebuild tables from a log. */
export const refuseReconstruction = Effect.flatMap(markIn, (mark) =>
  mark === undefined
    ? Effect.void
    : new StorageFailed({
        operation: "opening kalshi.db",
        why: `it has no log, only the tables of a recording as they were at seq ${mark.seq} (${mark.observedAt}), made by \`kalshi replay --until\`: read it with \`kalshi query\`, and name another --data-dir to record`
      })
)
