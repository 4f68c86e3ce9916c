/** The Interpreter and the Inspector in the thread that asks. */
import { Effect, Either, Layer } from "effect"
import { inspect, notJson } from "../../domain/inspection.ts"
import type { Projection } from "../../domain/projection.ts"
import { Reading } from "../../domain/reading.ts"
import { Inspector } from "../../services/Inspector.ts"
import { Interpreter, type Question } from "../../services/Interpreter.ts"
import { interpret } from "./interpret.ts"
import { bySession } from "./memory.ts"
import { parse } from "./parse.ts"

/** Answers a question, with what it remembers of those before it. */
export const answering = (projections: ReadonlyArray<Projection>) => {
  const memoryOf = bySession()
  return ({ observation, projections: names, session }: Question, parseThis = parse) => {
    const memory = memoryOf(session)
    return interpret(
      new Reading(observation, { parse: parseThis, recall: memory }),
      projections.filter(({ name }) => names.includes(name)),
      memory
    )
  }
}

export const makeInterpreter = (projections: ReadonlyArray<Projection>): Interpreter["Type"] => {
  const answer = answering(projections)
  return {
    interpret: (question) =>
      Effect.sync(() => answer(question)).pipe(
        // A page is tens of milliseconds: timers come in between.
        Effect.zipLeft(Effect.yieldNow())
      )
  }
}

export const inspector: Inspector["Type"] = {
  inspect: (body) => Effect.sync(() => Either.match(parse(body), { onLeft: () => notJson, onRight: inspect }))
}

export const layer = (projections: ReadonlyArray<Projection>) =>
  Layer.merge(Layer.succeed(Interpreter, makeInterpreter(projections)), inspectorLayer)

export const inspectorLayer = Layer.succeed(Inspector, inspector)
