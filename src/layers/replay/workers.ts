/** Worker processes that build the databases of ranges side by side. */
import { Effect, Ref } from "effect"
import type { LogDamaged, StorageFailed } from "../../domain/errors.ts"
import type { OnObservations } from "../../services/Replay.ts"
import type { RangeDatabase } from "./range-database.ts"
import { runWorker } from "./worker-process.ts"

/**
 * Builds the databases of all ranges at the same time, each in a worker of its own, and returns the number of
 * observations in all of them. If one fails, the others are ended.
 */
export const buildByWorkers = (
  tasks: ReadonlyArray<RangeDatabase>,
  onObservations: OnObservations
): Effect.Effect<number, StorageFailed | LogDamaged> =>
  Effect.gen(function* () {
    const done = yield* Ref.make<ReadonlyArray<number>>(tasks.map(() => 0))
    const counts = yield* Effect.forEach(
      tasks,
      (task, place) =>
        runWorker("range-worker", task, (observations) =>
          Ref.updateAndGet(done, (all) => all.with(place, observations)).pipe(
            Effect.flatMap((all) => onObservations(all.reduce((sum, count) => sum + count, 0)))
          )
        ),
      { concurrency: "unbounded" }
    )
    return counts.reduce((sum, count) => sum + count, 0)
  })
