/** The Interpreter and the Inspector in the thread that asks. */
import { Effect, Either, Layer } from "effect"
import { inspect, notJson } from "../../domain/inspection.ts"
import type { Projection } from "../../domain/projection.ts"
import { Reading } from "../../domain/reading.ts"
import { parseBody } from "../../domain/wire/json.ts"
import { Inspector } from "../../services/Inspector.ts"
import { Interpreter } from "../../services/Interpreter.ts"
import { interpret } from "./interpret.ts"

export const makeInterpreter = (projections: ReadonlyArray<Projection>): Interpreter["Type"] => ({
  interpret: (observation, names) =>
    Effect.sync(() =>
      interpret(
        new Reading(observation),
        projections.filter(({ name }) => names.includes(name))
      )
    ).pipe(
      // A page is tens of milliseconds: timers come in between.
      Effect.zipLeft(Effect.yieldNow())
    )
})

export const inspector: Inspector["Type"] = {
  inspect: (body) =>
    Effect.sync(() => Either.match(parseBody(body), { onLeft: () => notJson, onRight: inspect }))
}

export const layer = (projections: ReadonlyArray<Projection>) =>
  Layer.merge(Layer.succeed(Interpreter, makeInterpreter(projections)), inspectorLayer)

export const inspectorLayer = Layer.succeed(Inspector, inspector)
