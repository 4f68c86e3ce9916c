/**
 * The thread behind thread.ts. A page that it has inspected comes back to be interpreted as soon as it is
 * in the log, so the last few bodies are kept as they were read.
 */
import { hash } from "node:crypto"
import { parentPort } from "node:worker_threads"
import { inspect } from "../../domain/inspection.ts"
import { projections } from "../../domain/projections/all.ts"
import type { Body } from "../../domain/wire/body.ts"
import { answering } from "./inline.ts"
import { read } from "./read.ts"
import type { Answer, Request } from "./thread.ts"

const KEPT_MAX = 2

/** By the SHA-256 of the body, the oldest first. */
const kept = new Map<string, Body>()

const keep = (sha256: string, body: Body) => {
  kept.set(sha256, body)
  const oldest = kept.keys().next().value
  if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest)
}

const answerQuestion = answering(projections)

const answer = (request: Request): Answer["result"] => {
  if (request.kind === "inspect") {
    const body = read(request.body)
    keep(hash("sha256", request.body, "hex"), body)
    return inspect(body)
  }
  const { bodySha256 } = request.question.observation
  const body = kept.get(bodySha256)
  kept.delete(bodySha256)
  return answerQuestion(request.question, body)
}

parentPort?.on("message", ({ id, request }: { readonly id: number; readonly request: Request }) => {
  parentPort?.postMessage({ id, result: answer(request) } satisfies Answer)
})
