/**
 * Whose fault a failed write is. A table that does not take a value is the answer's affair, which is to be set aside;
 * a full disk or a damaged file is the database's, and nobody's rows may be left out because of it.
 */
import * as SqlError from "@effect/sql/SqlError"
import { Data, Effect, Option } from "effect"

/**
 * A table does not take what a projection has made of an observation, and would not if it were tried again. The
 * transaction, or its savepoint, is to be given up, and what is remembered of it forgotten.
 */
export class Unwritable extends Data.TaggedError("Unwritable")<{
  /** Whose rows they are; nothing, where it cannot be told. */
  readonly projection: string | undefined
  readonly error: unknown
}> {}

/** What SQLite says of values that a table does not take: a constraint, a type, a size. */
const REFUSALS = /^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH|RANGE)/

const sqliteCode = (error: unknown): string | undefined =>
  error instanceof Error &&
  "code" in error &&
  typeof error.code === "string" &&
  error.code.startsWith("SQLITE_")
    ? error.code
    : undefined

/** SQLite names its refusals; its driver throws at a value that it cannot hand on. */
const isRefusal = (error: unknown): boolean => {
  const code = sqliteCode(error)
  return code === undefined ? error instanceof TypeError || error instanceof RangeError : REFUSALS.test(code)
}

/** Tells refusals, and bugs of ours, from trouble with the database, and whose rows were being written. */
export const blaming =
  (projection: string | undefined) =>
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
