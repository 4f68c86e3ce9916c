/**
 * Tells which part is to blame for a write that failed. If a table does not accept a value, the answer is to
 * blame and goes into quarantine. If the disk is full or the file is damaged, the database is to blame, and
 * no rows may be left out because of it.
 */
import * as SqlError from "@effect/sql/SqlError"
import { Data, Effect, Option } from "effect"

/**
 * Failure of a write because a table does not accept what a projection has made of an observation. Trying
 * again would fail too. The caller must roll back the transaction or savepoint, and call `forget`.
 */
export class Unwritable extends Data.TaggedError("Unwritable")<{
  /** The projection that made the rows. */
  readonly projection: string
  readonly error: unknown
}> {}

/** The SQLite error codes for values that a table does not accept: constraints, types and sizes. */
const REFUSALS = /^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH|RANGE)/

const sqliteCode = (error: unknown): string | undefined =>
  error instanceof Error &&
  "code" in error &&
  typeof error.code === "string" &&
  error.code.startsWith("SQLITE_")
    ? error.code
    : undefined

/**
 * Tells whether a table, or the driver, has refused a value. SQLite gives a refusal one of REFUSALS; the
 * driver throws a TypeError or RangeError for a value that it cannot pass on.
 */
const isRefusal = (error: unknown): boolean => {
  const code = sqliteCode(error)
  return code === undefined ? error instanceof TypeError || error instanceof RangeError : REFUSALS.test(code)
}

/**
 * Turns refusals, and bugs in our code, into `Unwritable` with the name of the projection. Other failures of
 * the database are passed on.
 */
export const blaming =
  (projection: string) =>
  <A, E>(
    writing: Effect.Effect<A, E | SqlError.SqlError>
  ): Effect.Effect<A, E | SqlError.SqlError | Unwritable> =>
    writing.pipe(
      Effect.catchIf(
        (error): error is SqlError.SqlError => error instanceof SqlError.SqlError && isRefusal(error.cause),
        ({ cause }) => new Unwritable({ projection, error: cause })
      ),
      Effect.catchSomeDefect((error) =>
        error instanceof SqlError.SqlError || sqliteCode(error) !== undefined
          ? Option.none()
          : Option.some(new Unwritable({ projection, error }))
      )
    )
