/**
 * The end of the log at its last successful verification, in `verified.json` beside the database. It lets the next
 * verification begin there. Whoever can change the log can change this file too, so it is no proof: a verification of
 * the whole log does not look at it.
 */
import { readFile, writeFile } from "node:fs/promises"
import { Effect, type Option, Schema } from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import { verifiedPath } from "../../files/data-dir.ts"
import { codeOf, whyOf } from "../../files/error-words.ts"
import { wholeFile } from "../../files/whole-file.ts"

const LastVerified = Schema.Struct({
  /** The last observation that was verified, and its hash in the chain. */
  seq: Schema.Int,
  chainSha256: Schema.String,
  /** The last archived observation that was verified in its segment, and its link. */
  archivedTo: Schema.Int,
  linkSha256: Schema.String,
  /** The time of the verification, UTC. */
  verifiedAt: Schema.String
})
export type LastVerified = typeof LastVerified.Type

const json = Schema.parseJson(LastVerified, { space: 2 })

/** Reads the end of the last verification, or none if there was none. */
export const readLastVerified = (
  dataDir: string
): Effect.Effect<Option.Option<LastVerified>, StorageFailed> => {
  const path = verifiedPath(dataDir)
  const failed = (why: string, cause: unknown) =>
    new StorageFailed({ operation: `reading ${path}`, why, code: codeOf(cause), cause })
  return Effect.tryPromise({
    try: () => readFile(path, "utf8"),
    catch: (error) => failed(whyOf(error), error)
  }).pipe(
    Effect.flatMap((text) =>
      Effect.mapError(Schema.decode(json)(text), (error) =>
        failed("it is damaged. Delete it, and verify the whole log", error)
      )
    ),
    Effect.asSome,
    Effect.catchIf(
      ({ code }) => code === "ENOENT",
      () => Effect.succeedNone
    )
  )
}

/** Remembers the end of a verification. Fails with `StorageFailed` where the directory cannot be written. */
export const writeLastVerified = (
  dataDir: string,
  verified: LastVerified
): Effect.Effect<void, StorageFailed> => {
  const path = verifiedPath(dataDir)
  const failed = (error: { readonly message: string }) =>
    new StorageFailed({ operation: `writing ${path}`, why: whyOf(error), cause: error })
  return Schema.encode(json)(verified).pipe(
    Effect.flatMap((text) =>
      wholeFile(path, (temporary) =>
        Effect.tryPromise({ try: () => writeFile(temporary, `${text}\n`), catch: (error) => error as Error })
      )
    ),
    Effect.mapError(failed)
  )
}
