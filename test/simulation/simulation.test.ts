/** A short simulation with a fixed seed. `npm run soak` runs longer ones with others. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { commandOf, folder } from "../programs/run.ts"
import { simulate } from "./simulation.ts"

const STEPS = 4

describe("a recording to which things happen by chance", () => {
  it.scopedLive.each([2])("keeps all rules: seed %i", (seed) =>
    Effect.gen(function* () {
      const home = yield* folder
      const { steps, wrong } = yield* simulate({
        seed,
        dataDir: join(home, "data"),
        kalshi: commandOf("kalshi"),
        goesOn: (taken) => taken < STEPS
      })
      assert.deepStrictEqual(wrong, [], `seed ${seed}:\n${steps.map(({ what }) => what).join("\n")}`)
    })
  )
})
