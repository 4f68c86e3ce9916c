/** Progress on stderr: a bar with rate and time left on a terminal, a plain line now and then elsewhere. */
import { Effect, Ref } from "effect"
import { ofWholeProcess } from "../../layers/effects/whole-process.ts"
import { type LastLine, lastLine } from "./last-line.ts"
import { count } from "./output.ts"

export interface Progress {
  /** `done` of `total` units; a total of 0 is not known. */
  readonly at: (done: number, total: number) => Effect.Effect<void>
}

/**
 * The wall clock in milliseconds: progress is shown in real time, even when the work runs on a simulated
 * clock.
 */
const wallClock = Effect.sync(() => performance.now())

/** The time before progress is shown, in milliseconds. Shorter work shows none. */
const QUIET_MILLIS = 1000
const DRAW_EVERY_MILLIS = 125
const PLAIN_LINE_EVERY_MILLIS = 10_000
const BAR_COLUMNS = 24

/** Shows how far `self` has come for as long as it runs. */
export const withProgress = <A, E, R>(
  what: string,
  unit: string,
  self: (progress: Progress) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(
    lastLine.canShow ? bar(what, unit, lastLine) : plainLines(what, unit),
    self,
    ({ stop }) => stop
  )

interface ProgressBar extends Progress {
  readonly stop: Effect.Effect<void>
}

const drawn = (what: string, unit: string, done: number, total: number, seconds: number): string => {
  const rate = done / Math.max(seconds, 0.001)
  const isKnown = total > 0 && done <= total
  const full = isKnown ? Math.round((done / total) * BAR_COLUMNS) : 0
  const filled = isKnown ? `${"█".repeat(full).padEnd(BAR_COLUMNS, "░")} ` : ""
  const left = isKnown && rate > 0 ? `, ${Math.ceil((total - done) / rate)} s left` : ""
  return `${what} ${filled}${count(done)}${isKnown ? ` of ${count(total)}` : ""} ${unit}, ${count(Math.round(rate))}/s${left}`
}

export const bar = (what: string, unit: string, line: LastLine): Effect.Effect<ProgressBar> =>
  Effect.map(wallClock, (startedAt) => {
    let [done, total] = [0, 0]
    const draw = () => {
      const millis = performance.now() - startedAt
      if (millis >= QUIET_MILLIS) line.show(drawn(what, unit, done, total, millis / 1000))
    }
    const drawing = setInterval(draw, DRAW_EVERY_MILLIS)
    return {
      at: (doneNow, totalNow) =>
        Effect.sync(() => {
          done = doneNow
          total = totalNow
        }),
      stop: Effect.sync(() => {
        clearInterval(drawing)
        line.clear()
      })
    }
  })

/**
 * Shows on a terminal what a program is doing and for how many seconds, for work whose remaining amount is
 * unknown.
 */
export const withWaiting = <A, E, R>(
  self: (say: (what: string) => Effect.Effect<void>) => Effect.Effect<A, E, R>,
  line: LastLine = lastLine
): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(
    Effect.map(wallClock, (startedAt) => {
      let what = ""
      const draw = () => {
        const millis = performance.now() - startedAt
        if (millis >= QUIET_MILLIS && what !== "") line.show(`${what}, ${Math.floor(millis / 1000)} s`)
      }
      const drawing = line.canShow ? setInterval(draw, DRAW_EVERY_MILLIS) : undefined
      return {
        say: (now: string) =>
          Effect.sync(() => {
            what = now
          }),
        stop: Effect.sync(() => {
          clearInterval(drawing)
          line.clear()
        })
      }
    }),
    ({ say }) => self(say),
    ({ stop }) => stop
  )

/** Logs a line now and then. The line is about the whole program, whichever feed's fiber reports progress. */
export const plainLines = (
  what: string,
  unit: string,
  everyMillis = PLAIN_LINE_EVERY_MILLIS
): Effect.Effect<ProgressBar> =>
  Effect.gen(function* () {
    const last = yield* Ref.make(yield* wallClock)
    return {
      at: (done, total) =>
        Effect.gen(function* () {
          const now = yield* wallClock
          if (now - (yield* Ref.get(last)) < everyMillis) return
          yield* Ref.set(last, now)
          yield* ofWholeProcess(
            Effect.logInfo(`${what}: ${count(done)}${total > 0 ? ` of ${count(total)}` : ""} ${unit}`)
          )
        }),
      stop: Effect.void
    }
  })
