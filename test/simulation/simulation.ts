/**
 * A simulation over the real storage and the real programs: steps by chance from a seed, and all rules after each.
 * The same seed takes the same steps, but for the moments at which a killed program happens to be.
 */
import { Clock, Effect } from "effect"
import { brokenRules, emptyMemory } from "./rules.ts"
import type { Step } from "./step.ts"
import { type StepName, takeFirstStep, takeStep } from "./steps.ts"
import { inWorld, type WorldOptions } from "./world.ts"

export interface SimulationOptions extends WorldOptions {
  /** Tells whether another step is taken after so many. */
  readonly goesOn: (steps: number) => boolean
  /** The steps that are taken; all of them by default. */
  readonly names?: ReadonlyArray<StepName> | undefined
  /** Called after each step. */
  readonly onStep?: (step: Step) => void
}

export interface Simulated {
  readonly steps: ReadonlyArray<Step>
  /** What was wrong after the last step; nothing if all rules held to the end. */
  readonly wrong: ReadonlyArray<string>
}

export const simulate = ({ goesOn, names, onStep = () => {}, ...options }: SimulationOptions) =>
  inWorld(options, (world) =>
    Effect.gen(function* () {
      const memory = emptyMemory()
      const steps: Array<Step> = []
      let wrong: ReadonlyArray<string> = []
      while (wrong.length === 0 && goesOn(steps.length)) {
        const step = yield* steps.length === 0 ? takeFirstStep(world) : takeStep(world, memory, names)
        const at = new Date(yield* Clock.currentTimeMillis).toISOString()
        steps.push({ ...step, what: `${at} ${step.what}` })
        onStep(steps.at(-1) ?? step)
        wrong = [...(step.wrong === undefined ? [] : [step.wrong]), ...(yield* brokenRules(world, memory))]
      }
      return { steps, wrong } satisfies Simulated
    })
  )
