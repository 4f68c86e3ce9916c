/**
 * The world of a simulation: a local exchange, a data directory, a clock that both use, and chance from a seed. The
 * programs run as users run them, in processes of their own, at the time of the clock.
 */
import { spawn } from "node:child_process"
import { Clock, Effect, Random } from "effect"
import { simulatedClock } from "../../src/layers/clock/simulated-clock.ts"
import { type LocalExchange, serve } from "../../src/simulator/http/server.ts"
import { clockEnvironment } from "../clock/child-clock.ts"
import type { Disk } from "./disk.ts"

export interface Ended {
  /** `null` if a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface ProgramOptions {
  /** The program is killed after this many milliseconds. */
  readonly killAfterMillis?: number
  /** The milliseconds are counted from the first look at which this is true, in place of the start. */
  readonly killOnce?: () => boolean
  /** The data directory, if it is not that of the world. */
  readonly dataDir?: string
  /** The error of the program's clock, in milliseconds. */
  readonly skewMillis?: number
}

export interface World {
  readonly dataDir: string
  /** The disk of the data directory, where the simulation may mount one. */
  readonly disk: Disk | undefined
  readonly exchange: LocalExchange
  /** Sets the clock forward. */
  readonly pass: (millis: number) => Effect.Effect<void>
  /** Runs a program of `kalshi` on the data directory to its end. */
  readonly program: (args: ReadonlyArray<string>, options?: ProgramOptions) => Effect.Effect<Ended>
}

export interface WorldOptions {
  readonly seed: number
  readonly dataDir: string
  /** The arguments of Node that start `kalshi`. */
  readonly kalshi: ReadonlyArray<string>
  readonly disk?: Disk | undefined
}

/** A Sunday noon, UTC. */
const STARTS_AT = Date.UTC(2026, 10, 22, 12)

/** Few markets: a step takes seconds, and each rule is checked after it. They still fill more than one page. */
const MARKETS = 60

/** How often a program is looked at that is killed once something has happened. */
const LOOK_EVERY_MILLIS = 15

const runProgram = (
  kalshi: ReadonlyArray<string>,
  args: ReadonlyArray<string>,
  { killAfterMillis, killOnce = () => true, skewMillis = 0 }: ProgramOptions
): Effect.Effect<Ended> =>
  Effect.flatMap(clockEnvironment(skewMillis), (clock) =>
    Effect.async((resume) => {
      const child = spawn(process.execPath, [...kalshi, ...args], {
        env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, ...clock },
        stdio: ["ignore", "pipe", "pipe"]
      })
      let [stdout, stderr] = ["", ""]
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text
      })
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text
      })
      let killing: NodeJS.Timeout | undefined
      const look = () => {
        if (killAfterMillis === undefined) return
        killing = killOnce()
          ? setTimeout(() => child.kill("SIGKILL"), killAfterMillis)
          : setTimeout(look, LOOK_EVERY_MILLIS)
      }
      look()
      child.once("close", (code) => {
        clearTimeout(killing)
        resume(Effect.succeed({ code, stdout, stderr }))
      })
      return Effect.sync(() => child.kill("SIGKILL"))
    })
  )

/** Runs an effect in a new world. Chance within it, and the exchange, depend on the seed alone. */
export const inWorld = <A, E>(
  { dataDir, disk, kalshi, seed }: WorldOptions,
  use: (world: World) => Effect.Effect<A, E>
) =>
  Effect.gen(function* () {
    const { clock, setTo } = yield* simulatedClock(STARTS_AT)
    return yield* Effect.gen(function* () {
      const exchange = yield* serve({ markets: MARKETS, seed, speed: 1, faults: [] })
      return yield* use({
        dataDir,
        disk,
        exchange,
        pass: (millis) => Effect.flatMap(Clock.currentTimeMillis, (now) => setTo(now + millis)),
        program: (args, options = {}) =>
          runProgram(kalshi, [...args, "--data-dir", options.dataDir ?? dataDir], options)
      })
    }).pipe(Effect.scoped, Effect.withClock(clock), Effect.withRandom(Random.make(seed)))
  })
