/** Short simulations with fixed seeds. `npm run soak` runs longer ones with others. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { commandOf, folder } from "../programs/run.ts"
import { simulate } from "./simulation.ts"
import type { StepName } from "./steps.ts"

const STEPS = 4

const cases: ReadonlyArray<readonly [seed: number, names?: ReadonlyArray<StepName>]> = [
  [2],
  [4, ["maintain", "damage", "restore"]]
]

describe("a recording to which things happen by chance", () => {
  it.scopedLive.each(cases)("keeps all rules: seed %i", ([seed, names]) =>
    Effect.gen(function* () {
      const home = yield* folder
      const { steps, wrong } = yield* simulate({
        ...{ seed, names },
        dataDir: join(home, "data"),
        kalshi: commandOf("kalshi"),
        goesOn: (taken) => taken < STEPS
      })
      assert.deepStrictEqual(wrong, [], `seed ${seed}:\n${steps.map(({ what }) => what).join("\n")}`)
    })
  )
})
