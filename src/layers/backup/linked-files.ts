/**
 * Puts the files of the archive and the lake into a backup. They never change, so a hard link is as good as a copy and
 * takes no time. On another disk they are copied, which may take hours: meanwhile a compaction may remove files that it
 * has replaced, so the data directory holds links to them until they are copied.
 */
import { join } from "node:path"
import { Effect, Option, type Scope } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { workFolder } from "../files/work-folder.ts"
import { copy, exists, tryLink } from "./files.ts"
import { type RecordedFile, repairOf } from "./recorded-files.ts"

interface Copying {
  readonly from: string
  readonly to: string
  readonly bytes: number
}

export interface LinkedFiles {
  /** The bytes of the files that are links. */
  readonly linkedBytes: number
  /** Copies the files that could not be linked. Calls back with the bytes of each. */
  readonly copyOthers: (
    onCopied: (bytes: number) => Effect.Effect<void>
  ) => Effect.Effect<void, StorageFailed>
}

/** Links the files into the folder of a backup. Links in the data directory last as long as the scope. */
export const linkFiles = (
  dataDir: string,
  folder: string,
  files: ReadonlyArray<RecordedFile>
): Effect.Effect<LinkedFiles, StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    let linkedBytes = 0
    const others: Array<Copying> = []
    // A data directory that may only be read has no writer either, and its files stay where they are.
    const holding = yield* Effect.cached(Effect.option(workFolder("backup", dataDir)))
    for (const file of files) {
      const { bytes, path } = file
      const [from, to] = [join(dataDir, path), join(folder, path)]
      if (!(yield* exists(from)))
        return yield* new StorageFailed({
          operation: `reading ${from}`,
          why: `there is no such file; ${repairOf(file)}`
        })
      if (yield* tryLink(from, to)) {
        linkedBytes += bytes ?? 0
        continue
      }
      const held = Option.map(yield* holding, (parent) => join(parent, path))
      const isHeld = Option.isSome(held) && (yield* tryLink(from, held.value))
      others.push({ from: isHeld ? held.value : from, to, bytes: bytes ?? 0 })
    }
    return {
      linkedBytes,
      copyOthers: (onCopied) =>
        Effect.forEach(others, ({ bytes, from, to }) => Effect.zipRight(copy(from, to), onCopied(bytes)), {
          discard: true
        })
    }
  })
