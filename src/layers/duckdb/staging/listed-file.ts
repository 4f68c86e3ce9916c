/** The check of a Parquet file that a record of `kalshi.db` lists, before a query reads it. */
import { stat } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import { whyOf } from "../../files/error-words.ts"
import { sha256Of } from "../../files/sha256.ts"

export interface ListedFile {
  /** The path below the folder of its tier. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  /** When it was listed, after it had been written. */
  readonly addedAt: string
}

/** The longest time, in milliseconds, from the last write of a file to its listing. */
const LISTED_WITHIN_MILLIS = 3_600_000

/** Tells whether a file was last written just before it was listed. A clock that was wrong makes it look otherwise. */
const isAsOld = (writtenMillis: number, listedMillis: number): boolean =>
  writtenMillis <= listedMillis && listedMillis - writtenMillis < LISTED_WITHIN_MILLIS

/**
 * Fails if a file is missing, or is not as it was written: it must have its size, and a file that seems to be written
 * at another time than it was listed must have its hash. Hashing all files would take longer than most queries. `advice` says what to do.
 */
export const checkFile = (
  folder: string,
  { addedAt, bytes, path, sha256 }: ListedFile,
  advice: string
): Effect.Effect<void, StorageFailed> =>
  Effect.gen(function* () {
    const file = join(folder, path)
    const damaged = (why: string) =>
      new StorageFailed({ operation: `reading ${file}`, why: `${why}; ${advice}` })
    const attempt = <A>(call: () => Promise<A>) =>
      Effect.tryPromise({ try: call, catch: (error) => damaged(whyOf(error)) })
    const { mtimeMs, size } = yield* attempt(() => stat(file))
    if (size !== bytes) return yield* damaged(`it has ${size} bytes, and was written with ${bytes}`)
    if (isAsOld(mtimeMs, Date.parse(addedAt))) return
    if ((yield* attempt(() => sha256Of(file))) !== sha256)
      return yield* damaged("its contents were changed after it was written")
  })
