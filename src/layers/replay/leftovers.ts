/** A rebuild that was killed leaves its scratch database behind, as large as the tables: the next start removes it. */
import { join } from "node:path"
import * as FileSystem from "@effect/platform/FileSystem"
import { Effect } from "effect"

const SCRATCH = /^rebuild-(\d+)\.db(-\w+)?$/

/** Of processes that are no more. A folder that cannot be listed or written is left as it is. */
export const removeLeftovers = (dataDir: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const names = yield* files.readDirectory(dataDir)
    yield* Effect.forEach(
      names.filter((name) => isDead(Number(SCRATCH.exec(name)?.[1] ?? process.pid))),
      (name) =>
        Effect.zipRight(
          files.remove(join(dataDir, name), { force: true }),
          Effect.logInfo(`removed ${name}, left behind by a rebuild that was killed`)
        ),
      { discard: true }
    )
  }).pipe(Effect.ignoreLogged)

const isDead = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH"
  }
}
