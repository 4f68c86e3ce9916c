/** Finds files of the lake that are not as they were written, to name them where reading them failed. */
import { stat } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { whyOf } from "../files/error-words.ts"
import { sha256Of } from "../files/sha256.ts"
import type { LakeFile } from "./records.ts"

const ADVICE =
  "put the file back from a backup, or run `kalshi replay`, which makes the lake anew from the log"

/** Returns why a file is not as it was written, or `undefined` if it is. */
const damageOf = async (path: string, { bytes, sha256 }: LakeFile): Promise<string | undefined> => {
  const { size } = await stat(path)
  if (size !== bytes) return `it has ${size} bytes in place of ${bytes}`
  return (await sha256Of(path)) === sha256 ? undefined : "its bytes have changed since it was written"
}

const failed = (path: string, why: string, cause?: unknown) =>
  new StorageFailed({ operation: `reading ${path}`, why: `${why}; ${ADVICE}`, cause })

/** Fails with the name of the first of the files that is not as it was written. Reads all of them. */
export const requireIntact = (
  lake: string,
  files: ReadonlyArray<LakeFile>
): Effect.Effect<void, StorageFailed> =>
  Effect.forEach(
    files,
    (file) => {
      const path = join(lake, file.path)
      return Effect.tryPromise({
        try: () => damageOf(path, file),
        catch: (error) => failed(path, whyOf(error), error)
      }).pipe(Effect.flatMap((why) => (why === undefined ? Effect.void : failed(path, why))))
    },
    { discard: true }
  )

/** If work that reads these files fails, and the reason is one of them, lets it fail with the name of that file. */
export const namingDamage =
  (lake: string, files: ReadonlyArray<LakeFile>) =>
  <A, R>(work: Effect.Effect<A, StorageFailed, R>): Effect.Effect<A, StorageFailed, R> =>
    Effect.catchAll(work, (error) => Effect.zipRight(requireIntact(lake, files), Effect.fail(error)))
