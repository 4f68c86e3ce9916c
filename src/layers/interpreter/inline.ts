/** The Interpreter in the calling thread. */
import { Effect, Fiber, Layer } from "effect"
import type { LoggedObservation } from "../../domain/observation.ts"
import type { Projection } from "../../domain/read/projection.ts"
import { Reading } from "../../domain/read/reading.ts"
import { type Interpreted, Interpreter, type Question } from "../../services/Interpreter.ts"
import { open } from "../sqlite/log/sealed.ts"
import { interpret } from "./interpret.ts"
import { bySession } from "./memory.ts"

/** Answers questions whose observations are open, with what it remembers of those before. */
export const answering = (projections: ReadonlyArray<Projection>) => {
  const memoryOf = bySession()
  return ({ projections: names, session }: Question, observation: LoggedObservation): Interpreted => {
    const memory = memoryOf(session)
    return interpret(
      new Reading(observation, memory),
      projections.filter(({ name }) => names.includes(name)),
      memory
    )
  }
}

export const makeInterpreter = (projections: ReadonlyArray<Projection>): Interpreter["Type"] => {
  const answer = answering(projections)
  // Bodies are opened side by side, and small ones overtake: what is left out must have been in an earlier answer.
  const inTurn = Effect.unsafeMakeSemaphore(1)
  return {
    expect: () => Effect.void,
    interpret: (question) =>
      Effect.flatMap(Effect.fork(open(question.observation)), (opening) =>
        Fiber.join(opening).pipe(
          Effect.map((observation) => answer(question, observation)),
          // A page is tens of milliseconds: timers come in between.
          Effect.zipLeft(Effect.yieldNow()),
          inTurn.withPermits(1)
        )
      )
  }
}

export const layer = (projections: ReadonlyArray<Projection>) =>
  Layer.succeed(Interpreter, makeInterpreter(projections))
