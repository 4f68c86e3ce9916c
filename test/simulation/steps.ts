/** What can happen to a recording. Each step draws its details by chance, and is right or wrong by itself. */
import { rmSync } from "node:fs"
import { join } from "node:path"
import { Effect, Random } from "effect"
import { parseFaults } from "../../src/simulator/http/faults.ts"
import type { Ended, ProgramOptions, World } from "./world.ts"

export interface Step {
  /** What was done, in words that are printed. */
  readonly what: string
  /** Why the step itself was wrong. */
  readonly wrong?: string
}

type Chance<A> = Effect.Effect<A>

const between = (min: number, max: number): Chance<number> => Random.nextIntBetween(min, max + 1)

const oneOf = <A>(values: readonly [A, ...ReadonlyArray<A>]): Chance<A> =>
  Effect.map(between(0, values.length - 1), (at) => values[at] ?? values[0])

const happens = (percent: number): Chance<boolean> => Effect.map(between(1, 100), (n) => n <= percent)

const someOf = <A>(values: ReadonlyArray<A>, percent: number): Chance<ReadonlyArray<A>> =>
  Effect.filter(values, () => happens(percent))

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const FEEDS = ["markets", "events", "settlements", "orderbooks", "trades", "candlesticks", "exchange"]

/** Failures of the exchange that end, so that a slot is complete in the end, or fails with a reason. */
const FAULTS = [
  "429:count=5",
  "500:every=7",
  "html502:at=2",
  "reset:at=3",
  "truncate:at=4",
  "cut:at=2",
  "slow:ms=40",
  "loop@/markets:at=2",
  "403@/events",
  "400@/markets/trades:at=1",
  "truncate@/markets/orderbooks:at=1"
] as const

const describe = (
  program: string,
  { killAfterMillis, skewMillis }: ProgramOptions,
  { code }: Ended
): string =>
  [
    program,
    ...(skewMillis === undefined ? [] : [`with a clock that is ${skewMillis / MINUTE} minutes off`]),
    ...(killAfterMillis === undefined ? [] : [`killed after ${killAfterMillis} ms`]),
    `(${code === null ? "killed" : `exit ${code}`})`
  ].join(" ")

/** Runs a program that may be killed. It must end with one of the exit codes, and find no bug of its own. */
const stepOf = (
  { program }: World,
  args: ReadonlyArray<string>,
  { codes = [0], ...options }: ProgramOptions & { readonly codes?: ReadonlyArray<number> } = {}
): Effect.Effect<Step> =>
  Effect.map(program(args, options), (ended) => {
    const isKilled = options.killAfterMillis !== undefined && ended.code === null
    const [lastLine = ""] = ended.stderr.trim().split("\n").slice(-1)
    const what = `${describe(`kalshi ${args.join(" ")}`, options, ended)}${ended.code === 1 ? `: ${lastLine}` : ""}`
    const isWrong =
      (!isKilled && !codes.includes(ended.code ?? -1)) || ended.stderr.includes("a bug in kalshi-tape")
    return isWrong ? { what, wrong: ended.stderr.slice(-2000) } : { what }
  })

/** A moment at which a program is killed: in one of three cases, within the time that it usually takes. */
const mayBeKilled = (millisMax: number): Chance<ProgramOptions> =>
  Effect.flatMap(happens(35), (is) =>
    is ? Effect.map(between(200, millisMax), (killAfterMillis) => ({ killAfterMillis })) : Effect.succeed({})
  )

const record = (world: World): Effect.Effect<Step> =>
  Effect.gen(function* () {
    yield* world.pass(yield* oneOf([MINUTE, 15 * MINUTE, HOUR, 7 * HOUR, DAY]))
    const faults = (yield* someOf(FAULTS, 8)).join(";")
    yield* world.exchange.setFaults(yield* Effect.orDie(parseFaults(faults)))
    const others = yield* someOf(FEEDS.slice(1), 40)
    const skew = (yield* happens(10)) ? { skewMillis: (yield* between(-180, 180)) * MINUTE } : {}
    const budget = ["--api-url", world.exchange.url, "--read-tokens-per-second", "100000"]
    const step = yield* stepOf(
      world,
      ["collect", "--once", "--feeds", ["markets", ...others].join(), ...budget],
      // A feed that fails ends the program with 1; the record of slots has the reason.
      { codes: [0, 1], ...(yield* mayBeKilled(3000)), ...skew }
    )
    return faults === "" ? step : { ...step, what: `${step.what}, faults ${faults}` }
  })

const age = oneOf(["0s", "1h", "12h", "2d"])

const maintain = (world: World): Effect.Effect<Step> =>
  Effect.gen(function* () {
    const ages = ["--keep-hot", yield* age, "--older-than", yield* age]
    return yield* stepOf(world, ["maintain", ...ages], yield* mayBeKilled(2500))
  })

const archive = (world: World): Effect.Effect<Step> =>
  Effect.gen(function* () {
    return yield* stepOf(world, ["log", "archive", "--older-than", yield* age], yield* mayBeKilled(1500))
  })

const replay = (world: World): Effect.Effect<Step> =>
  Effect.gen(function* () {
    const workers = String(yield* between(1, 2))
    return yield* stepOf(world, ["replay", "--workers", workers], yield* mayBeKilled(2500))
  })

/** Takes a backup, which verifies what it has written. */
const backup = (world: World): Effect.Effect<Step> =>
  Effect.gen(function* () {
    const output = join(`${world.dataDir}-backups`, String(yield* between(1, 1_000_000_000)))
    const step = yield* stepOf(world, ["backup", "--output", output], yield* mayBeKilled(1500))
    yield* Effect.sync(() => rmSync(output, { recursive: true, force: true }))
    return step
  })

type MakeStep = (world: World) => Effect.Effect<Step>

/** The steps with their shares of a hundred. */
const steps: ReadonlyArray<readonly [share: number, MakeStep]> = [
  [50, record],
  [20, maintain],
  [14, archive],
  [8, replay],
  [8, backup]
]

/** Draws a step, and takes it. */
export const takeStep = (world: World): Effect.Effect<Step> =>
  Effect.gen(function* () {
    let left = yield* between(1, 100)
    for (const [share, make] of steps) {
      left -= share
      if (left <= 0) return yield* make(world)
    }
    return yield* record(world)
  })

/** The first step: without a recording, the others have nothing to work on. */
export const takeFirstStep = record
