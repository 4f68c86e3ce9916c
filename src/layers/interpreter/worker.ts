/** The thread behind thread.ts; boot.mjs starts it. */
import { MessageChannel, parentPort } from "node:worker_threads"
import { Effect } from "effect"
import type { LogDamaged } from "../../domain/errors.ts"
import type { LoggedObservation } from "../../domain/observation.ts"
import { projections } from "../../domain/read/projections.ts"
import type { Question } from "../../services/Interpreter.ts"
import { open } from "../sqlite/log/sealed.ts"
import { answering } from "./inline.ts"
import { handedOver, pack } from "./packed.ts"
import type { Asked, Result, Said } from "./thread.ts"

const LARGE_BYTES = 65_536

const answerQuestion = answering(projections)

/** What is handed over to a port that is closed is gone. */
const { port1: nowhere } = new MessageChannel()
nowhere.close()

/**
 * Gives a body's memory back at once. V8 counts it as garbage until its next full collection, and makes one
 * every sixteen pages on its account, which takes a quarter of a replay.
 */
const release = ({ buffer, byteLength }: Uint8Array) => {
  // Smaller ones may share their memory with others.
  if (byteLength >= LARGE_BYTES) nowhere.postMessage(undefined, [buffer as ArrayBuffer])
}

/**
 * Interprets an observation for the asking thread. Returns `failed` if that throws, or if the result cannot
 * be packed; the asking thread then does it itself.
 */
const interpreted = (question: Question, observation: LoggedObservation): Result => {
  try {
    const packed = pack(answerQuestion(question, observation))
    release(observation.body)
    return packed
  } catch {
    return "failed"
  }
}

/** An error crosses as what it was made of. */
const damaged = ({ seq, why }: LogDamaged): Result => ({ damaged: { seq, why } })

const answer = (question: Question): Effect.Effect<() => Result> =>
  open(question.observation).pipe(
    Effect.match({
      onFailure: (error) => () => damaged(error),
      onSuccess: (observation) => () => interpreted(question, observation)
    })
  )

const handedOverIn = (result: Result) =>
  result === "failed" || "damaged" in result ? [] : handedOver(result)

const say = (said: Said) => parentPort?.postMessage(said, said === "ready" ? [] : handedOverIn(said.result))

/** Bodies are opened on other threads as soon as they are asked about; answers are given one by one, in order. */
let last: Promise<void> = Promise.resolve()

parentPort?.on("message", ({ id, question }: Asked) => {
  const ready = Effect.runPromise(answer(question))
  last = last.then(async () => {
    const give = await ready
    say({ id, result: give() })
  })
})
say("ready")
