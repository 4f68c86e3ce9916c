/** Copies of a recording: a backup that is restored, and the tables as they were at an earlier time. */
import { renameSync, rmSync } from "node:fs"
import { Effect } from "effect"
import { anyOf, happens } from "./chance.ts"
import { contents, contentsUntil, differences, logOnlyGrows, type Memory } from "./rules.ts"
import { inOrder, type Step, stepOf } from "./step.ts"
import type { World } from "./world.ts"

const rightIf = (what: string, wrong: ReadonlyArray<string>): Step =>
  wrong.length === 0 ? { what } : { what, wrong: `${what}: ${wrong.join("\n")}` }

/** Compares the log and the tables of a restored recording with those of the one that was backed up. */
const compare = (world: World, restored: string, memory: Memory): Effect.Effect<Step> =>
  Effect.gen(function* () {
    const there: World = {
      ...world,
      program: (args, options) => world.program(args, { dataDir: restored, ...options })
    }
    const log = yield* logOnlyGrows(there, memory)
    const [one, other] = [yield* contents(restored), yield* contents(world.dataDir)]
    const differing = differences(one.rows, other.rows)
    return rightIf("it is the same", [...log, ...one.wrong, ...other.wrong, ...differing])
  })

/** Takes a backup, restores it into an empty directory, and may go on recording there. */
export const restore = (world: World, memory: Memory): Effect.Effect<Step> =>
  Effect.gen(function* () {
    const { dataDir } = world
    const [backup, restored] = [`${dataDir}-backup`, `${dataDir}-restored`]
    const goesOnThere = yield* happens(50)
    const step = yield* inOrder("copy", [
      stepOf(world, ["backup", "--output", backup]),
      stepOf(world, ["restore", backup], { dataDir: restored }),
      stepOf(world, ["log", "verify"], { dataDir: restored }),
      compare(world, restored, memory)
    ])
    if (step.wrong !== undefined) return step
    yield* Effect.sync(() => {
      rmSync(backup, { recursive: true })
      rmSync(goesOnThere ? dataDir : restored, { recursive: true })
      if (goesOnThere) renameSync(restored, dataDir)
    })
    return goesOnThere ? { what: `${step.what}; it goes on in the copy` } : step
  })

/** Makes the tables as they were at an earlier time, which must be what they said then. */
export const replayUntil = (world: World, { contentsAt }: Memory): Effect.Effect<Step> =>
  Effect.gen(function* () {
    const known = yield* anyOf([...contentsAt])
    if (known === undefined) return { what: "no earlier time is known" }
    const [seq, expected] = known
    const { rows, wrong } = yield* contentsUntil(world, seq)
    return rightIf(`kalshi replay --until ${seq}`, [...wrong, ...differences(rows, expected)])
  })
