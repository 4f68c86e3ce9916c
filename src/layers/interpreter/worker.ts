/** The thread behind the Interpreter of thread.ts: answers each request with what was made of it. */
import { parentPort } from "node:worker_threads"
import { projections } from "../../domain/projections/all.ts"
import { interpret } from "./interpret.ts"
import type { Answer, Request } from "./thread.ts"

parentPort?.on("message", ({ id, names, observation }: Request) => {
  const wanted = projections.filter(({ name }) => names.includes(name))
  parentPort?.postMessage({ id, interpreted: interpret(observation, wanted) } satisfies Answer)
})
