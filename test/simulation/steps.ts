/** What can happen to a recording. Each step draws its details by chance, and is right or wrong by itself. */
import { rmSync } from "node:fs"
import { Effect } from "effect"
import { parseFaults } from "../../src/simulator/http/faults.ts"
import { between, type Chance, happens, oneOf, someOf } from "./chance.ts"
import { replayUntil, restore } from "./copies.ts"
import { damage } from "./damage.ts"
import { fillDisk, lockFolder } from "./full-disk.ts"
import type { Memory } from "./rules.ts"
import { asking, type Step, stepOf } from "./step.ts"
import type { ProgramOptions, World } from "./world.ts"

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
    const step = yield* stepOf(
      world,
      ["collect", "--once", "--feeds", ["markets", ...others].join(), ...asking(world)],
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
    const output = `${world.dataDir}-backup`
    const step = yield* stepOf(world, ["backup", "--output", output], yield* mayBeKilled(1500))
    yield* Effect.sync(() => rmSync(output, { recursive: true, force: true }))
    return step
  })

type MakeStep = (world: World, memory: Memory) => Effect.Effect<Step>

/** The steps, how often each is taken in comparison with the others, and their names. */
const steps = {
  record: [45, record],
  maintain: [20, maintain],
  archive: [12, archive],
  replay: [6, replay],
  backup: [4, backup],
  restore: [6, restore],
  until: [4, replayUntil],
  damage: [12, damage],
  full: [6, fillDisk],
  locked: [5, lockFolder]
} as const satisfies Readonly<Record<string, readonly [share: number, MakeStep]>>

export type StepName = keyof typeof steps

export const stepNames = Object.keys(steps) as ReadonlyArray<StepName>

/** Draws one of the named steps, and takes it. */
export const takeStep = (
  world: World,
  memory: Memory,
  names: ReadonlyArray<StepName> = stepNames
): Effect.Effect<Step> =>
  Effect.gen(function* () {
    const drawn = names.map((name) => steps[name])
    let left = yield* between(
      1,
      drawn.reduce((sum, [share]) => sum + share, 0)
    )
    for (const [share, make] of drawn) {
      left -= share
      if (left <= 0) return yield* make(world, memory)
    }
    return yield* record(world)
  })

/** Takes the first step: without a recording, the others have nothing to work on. */
export const takeFirstStep = (world: World): Effect.Effect<Step> =>
  stepOf(world, ["collect", "--once", "--feeds", "markets,events", ...asking(world)])
