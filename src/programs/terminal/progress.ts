/** Progress on stderr: a bar with rate and time left on a terminal, a plain line now and then elsewhere. */
import { SingleBar } from "cli-progress"
import { Effect, Ref } from "effect"
import { count } from "./output.ts"

export interface Progress {
  /** `done` of `total` units; a total of 0 is not known. */
  readonly at: (done: number, total: number) => Effect.Effect<void>
}

/** A person waits in real time, whatever clock the work itself goes by. */
const wallClock = Effect.sync(() => Date.now())

/** Nothing is shown of what is over sooner. */
const QUIET_MILLIS = 1000
const PLAIN_LINE_EVERY_MILLIS = 10_000

/** Shows how far `self` has come for as long as it runs. */
export const withProgress = <A, E, R>(
  what: string,
  unit: string,
  self: (progress: Progress) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(
    process.stderr.isTTY ? bar(what, unit) : plainLines(what, unit),
    self,
    ({ stop }) => stop
  )

interface Shown extends Progress {
  readonly stop: Effect.Effect<void>
}

const bar = (what: string, unit: string): Effect.Effect<Shown> =>
  Effect.map(wallClock, (startedAt) => {
    const line = new SingleBar({
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      fps: 8,
      format: (_, { progress, total, value }) => {
        const seconds = (Date.now() - startedAt) / 1000
        const rate = value / Math.max(seconds, 0.001)
        const known = total > 0 && value <= total
        const drawn = known ? `${"█".repeat(Math.round(progress * 24)).padEnd(24, "░")} ` : ""
        const left = known && rate > 0 ? `, ${Math.ceil((total - value) / rate)} s left` : ""
        return `${what} ${drawn}${count(value)}${known ? ` of ${count(total)}` : ""} ${unit}, ${count(Math.round(rate))}/s${left}`
      }
    })
    return {
      at: (done, total) =>
        Effect.map(wallClock, (now) => {
          if (now - startedAt < QUIET_MILLIS) return
          if (!line.isActive) line.start(total, done)
          line.setTotal(total)
          line.update(done)
        }),
      stop: Effect.sync(() => line.stop())
    }
  })

const plainLines = (what: string, unit: string): Effect.Effect<Shown> =>
  Effect.gen(function* () {
    const last = yield* Ref.make(yield* wallClock)
    return {
      at: (done, total) =>
        Effect.gen(function* () {
          const now = yield* wallClock
          if (now - (yield* Ref.get(last)) < PLAIN_LINE_EVERY_MILLIS) return
          yield* Ref.set(last, now)
          yield* Effect.logInfo(`${what}: ${count(done)}${total > 0 ? ` of ${count(total)}` : ""} ${unit}`)
        }),
      stop: Effect.void
    }
  })
