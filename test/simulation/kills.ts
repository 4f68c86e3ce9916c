/**
 * Each operation on a recording is killed at random moments, some times in a row. The log then has every observation
 * that it had, and tables, lake and copies say what they said; the operation is repeated to its end, which must leave
 * nothing of the killed ones behind.
 */
import { Effect, Random } from "effect"
import { checkCopy, checkKilled, isWholeOrAbsent, leftovers, remove } from "./kill-checks.ts"
import {
  type Checking,
  changeOf,
  folders,
  type Known,
  type Operation,
  operations,
  run,
  runWhole,
  type Wrong
} from "./operations.ts"
import { brokenRules, contents, emptyMemory, logOnlyGrows } from "./rules.ts"
import type { World } from "./world.ts"

const HOUR = 3_600_000

/** The kills of an operation before what they have left is checked, and the operation repeated to its end. */
const IN_A_ROW = 5

/** Makes what the operation has to do. */
const prepare = (world: World, known: Known, operation: Operation): Checking =>
  Effect.gen(function* () {
    const { backup, killedBackup, restored } = folders(world)
    switch (operation) {
      case "collect":
        yield* world.pass(HOUR)
        return []
      case "compact": {
        // The files of two flushes of a day that is over.
        yield* world.pass(HOUR)
        const slot = yield* runSlot(world, known)
        const flush = yield* runWhole(world, known, "flush")
        yield* world.pass(24 * HOUR)
        return [...slot, ...flush]
      }
      case "backup":
        yield* remove(killedBackup)
        return []
      case "restore":
        yield* remove(restored)
        yield* remove(backup)
        return yield* Effect.map(world.program(["backup", "--output", backup]), ({ code, stderr }) =>
          code === 0 ? [] : [`backup ended with ${code}: ${stderr}`]
        )
      default:
        return []
    }
  })

/** Takes a whole slot, and remembers what the answers are then. */
const runSlot = (world: World, known: Known): Checking =>
  Effect.gen(function* () {
    const wrong = yield* runWhole(world, known, "collect")
    const log = yield* logOnlyGrows(world, known)
    const found = yield* contents(world.dataDir)
    known.contents = found.rows
    const doubled = found.rows.filter((table) => table.doubled > 0)
    return [...wrong, ...log, ...found.wrong, ...doubled.map(({ name }) => `keys are doubled in ${name}`)]
  })

/** Repeats the operation that was killed, to its end. */
const repeat = (world: World, known: Known, operation: Operation): Checking =>
  Effect.gen(function* () {
    const { killedBackup, restored } = folders(world)
    switch (operation) {
      case "collect":
        return [...(yield* runSlot(world, known)), ...(yield* brokenRules(world, known))]
      case "backup":
      case "restore": {
        const wrong = yield* runWhole(world, known, operation)
        const copy = operation === "backup" ? killedBackup : restored
        return [...wrong, ...(yield* isWholeOrAbsent(world, known, copy)), ...(yield* leftovers(world))]
      }
      default: {
        const wrong = yield* runWhole(world, known, operation)
        return [...wrong, ...(yield* leftovers(world))]
      }
    }
  })

export interface Killed {
  readonly operation: Operation
  /** The moment of the signal, after the first change of a file. Undefined for a run to the end. */
  readonly millis: number | undefined
  /** False if it ended before the signal. */
  readonly isKilled: boolean
  readonly wrong: Wrong
}

/** Kills an operation at a moment of its work, after the first change of a file, and checks a copy that it has made. */
const kill = (world: World, known: Known, operation: Operation, whole: number): Effect.Effect<Killed> =>
  Effect.gen(function* () {
    const millis = yield* Random.nextIntBetween(0, Math.ceil(whole))
    const { code, stderr } = yield* run(world, operation, {
      killAfterMillis: millis,
      killOnce: changeOf(world)
    })
    const ended =
      code === null || code === 0 ? [] : [`${operation} ended with ${code}: ${stderr.slice(-2000)}`]
    return {
      operation,
      millis,
      isKilled: code === null,
      wrong: [...ended, ...(yield* checkCopy(world, known, operation))]
    }
  })

/** Kills an operation some times, as long as it has not ended, and repeats it to its end. */
const killAndRepeat = (
  world: World,
  known: Known,
  operation: Operation,
  onKill: (killed: Killed) => void
): Effect.Effect<Wrong> =>
  Effect.gen(function* () {
    const prepared = yield* prepare(world, known, operation)
    if (prepared.length > 0) return prepared
    const whole = known.millis.get(operation)
    for (let n = 0; whole !== undefined && n < IN_A_ROW; n++) {
      const killed = yield* kill(world, known, operation, whole)
      onKill(killed)
      if (killed.wrong.length > 0) return killed.wrong
      if (!killed.isKilled) break
    }
    const left = whole === undefined ? [] : yield* checkKilled(world, known, operation)
    if (left.length > 0) return left
    const wrong = yield* repeat(world, known, operation)
    onKill({ operation, millis: undefined, isKilled: false, wrong })
    return wrong
  })

/**
 * Kills each operation in turn, until a rule is broken or `goesOn` says no to the number of kills. All rules are checked
 * each time around, and at the end. Returns what was wrong.
 */
export const killOperations = (
  world: World,
  goesOn: (kills: number) => boolean,
  onKill: (killed: Killed) => void
): Effect.Effect<Wrong> =>
  Effect.gen(function* () {
    const known: Known = { ...emptyMemory(), contents: [], millis: new Map() }
    let kills = 0
    const count = (killed: Killed) => {
      onKill(killed)
      if (killed.isKilled) kills += 1
    }
    for (;;) {
      for (const operation of operations) {
        const wrong = yield* killAndRepeat(world, known, operation, count)
        if (wrong.length > 0) return wrong
        if (!goesOn(kills)) return yield* brokenRules(world, known)
      }
    }
  })
