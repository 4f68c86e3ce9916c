/**
 * The thread behind thread.ts. A page that it has inspected comes back to be interpreted as soon as it is
 * in the log, so the last few bodies are kept parsed.
 */
import { hash } from "node:crypto"
import { parentPort } from "node:worker_threads"
import { Either } from "effect"
import { inspect, notJson } from "../../domain/inspection.ts"
import { projections } from "../../domain/projections/all.ts"
import type { WireProblem } from "../../domain/wire/shape.ts"
import { answering } from "./inline.ts"
import { parse } from "./parse.ts"
import type { Answer, Request, Said } from "./thread.ts"

const KEPT_MAX = 2

type Parsed = Either.Either<unknown, WireProblem>

/** By the SHA-256 of the body, the oldest first. */
const kept = new Map<string, Parsed>()

const keep = (sha256: string, parsed: Parsed) => {
  kept.set(sha256, parsed)
  const oldest = kept.keys().next().value
  if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest)
}

const answerQuestion = answering(projections)

const answer = (request: Request): Answer["result"] => {
  if (request.kind === "inspect") {
    const parsed = parse(request.body)
    keep(hash("sha256", request.body, "hex"), parsed)
    return Either.match(parsed, { onLeft: () => notJson, onRight: inspect })
  }
  const { bodySha256 } = request.question.observation
  const parsed = kept.get(bodySha256)
  kept.delete(bodySha256)
  return answerQuestion(request.question, parsed === undefined ? parse : () => parsed)
}

const say = (said: Said) => parentPort?.postMessage(said)

parentPort?.on("message", ({ id, request }: { readonly id: number; readonly request: Request }) =>
  say({ id, result: answer(request) })
)
say("ready")
