/** The names in a folder. */
import { readdir } from "node:fs/promises"
import { Effect } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { codeOf, whyOf } from "./error-words.ts"

/** Returns the names in a folder, or none if there is no such folder. */
export const namesIn = (folder: string): Effect.Effect<ReadonlyArray<string>, StorageFailed> =>
  Effect.tryPromise({
    try: (): Promise<ReadonlyArray<string>> => readdir(folder),
    catch: (error) =>
      new StorageFailed({
        operation: `reading ${folder}`,
        why: whyOf(error),
        code: codeOf(error),
        cause: error
      })
  }).pipe(
    Effect.catchIf(
      ({ code }) => code === "ENOENT",
      () => Effect.succeed([])
    )
  )
