/**
 * The thread behind thread.ts. A page that it has inspected comes back to be interpreted as soon as it is
 * in the log, so the last few bodies are kept parsed.
 */
import { MessageChannel, parentPort } from "node:worker_threads"
import { Effect, Either } from "effect"
import type { LogDamaged } from "../../domain/errors.ts"
import { type Inspection, inspect, notJson } from "../../domain/inspection.ts"
import type { SealedObservation } from "../../domain/observation.ts"
import { projections } from "../../domain/projections/all.ts"
import type { WireProblem } from "../../domain/wire/shape.ts"
import { open, openWith, sha256 } from "../sealed.ts"
import { answering } from "./inline.ts"
import { handedOver, pack } from "./packed.ts"
import { parse } from "./parse.ts"
import type { Request, Result, Said } from "./thread.ts"

const KEPT_MAX = 2

const LARGE_BYTES = 65_536

interface Kept {
  readonly body: Uint8Array
  readonly parsed: Either.Either<unknown, WireProblem>
}

/** By the SHA-256 of the body, the oldest first. */
const kept = new Map<string, Kept>()

const keep = (sha256: string, body: Kept) => {
  kept.set(sha256, body)
  const oldest = kept.keys().next().value
  if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest)
}

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

const inspected = (body: Uint8Array): Inspection => {
  const parsed = parse(body)
  keep(sha256(body), { body, parsed })
  return Either.match(parsed, { onLeft: () => notJson, onRight: inspect })
}

/** The observation open, and a parser for its body, which may be parsed already. */
const opened = (sealed: SealedObservation) => {
  const known = kept.get(sealed.bodySha256)
  kept.delete(sealed.bodySha256)
  return known === undefined
    ? Effect.map(open(sealed), (observation) => ({ observation, parse }))
    : Effect.succeed({ observation: openWith(sealed, known.body), parse: () => known.parsed })
}

/** An error crosses as what it was made of. */
const damaged = ({ seq, why }: LogDamaged): Result => ({ damaged: { seq, why } })

const answer = (request: Request): Effect.Effect<() => Result> =>
  request.kind === "inspect"
    ? Effect.succeed(() => inspected(request.body))
    : opened(request.question.observation).pipe(
        Effect.match({
          onFailure: (error) => () => damaged(error),
          onSuccess:
            ({ observation, parse }) =>
            () => {
              const result = pack(answerQuestion(request.question, observation, parse))
              release(observation.body)
              return result
            }
        })
      )

const say = (said: Said) =>
  parentPort?.postMessage(said, said === "ready" || !("tables" in said.result) ? [] : handedOver(said.result))

/** Bodies are opened on other threads as soon as they are asked about; answers are given one by one, in order. */
let last: Promise<void> = Promise.resolve()

parentPort?.on("message", ({ id, request }: { readonly id: number; readonly request: Request }) => {
  const ready = Effect.runPromise(answer(request))
  last = last.then(async () => {
    const give = await ready
    say({ id, result: give() })
  })
})
say("ready")
