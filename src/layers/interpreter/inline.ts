/** The Interpreter in the thread that asks. */
import { Effect, Layer } from "effect"
import type { Projection } from "../../domain/projection.ts"
import { Interpreter } from "../../services/Interpreter.ts"
import { interpret } from "./interpret.ts"

export const make = (projections: ReadonlyArray<Projection>): Interpreter["Type"] => ({
  interpret: (observation, names) =>
    Effect.sync(() =>
      interpret(
        observation,
        projections.filter(({ name }) => names.includes(name))
      )
    ).pipe(
      // A page is tens of milliseconds: timers come in between.
      Effect.zipLeft(Effect.yieldNow())
    )
})

export const layer = (projections: ReadonlyArray<Projection>) => Layer.succeed(Interpreter, make(projections))
