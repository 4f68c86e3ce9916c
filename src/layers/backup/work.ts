/** Counts the bytes that a backup or a restore has copied and verified, for whoever watches it. */
import { Effect, Ref } from "effect"
import type { OnBytes } from "../../services/Backups.ts"

export interface Work {
  /** Adds bytes that are copied or verified. */
  readonly did: (bytes: number) => Effect.Effect<void>
}

export const workOf = (of: number, onProgress: OnBytes = () => Effect.void): Effect.Effect<Work> =>
  Effect.map(Ref.make(0), (done) => ({
    did: (bytes) =>
      Effect.flatMap(
        Ref.updateAndGet(done, (sum) => sum + bytes),
        (sum) => onProgress(sum, of)
      )
  }))
