/**
 * The steps from a request to its answer: identify the sender, charge the budget, answer, then apply a fault.
 */
import type { IncomingHttpHeaders } from "node:http"
import type { Us } from "../universe/instant.ts"
import type { Visitor } from "./access.ts"
import { type Answer, failure, htmlFailure, NOT_FOUND } from "./answer.ts"
import type { Harm } from "./faults.ts"
import type { Router } from "./routes.ts"

export const ROOT = "/trade-api/v2"

/** The longest query string in bytes. The exchange accepts 250 tickers and refuses 500. */
const QUERY_MAX = 8192

export interface Desk {
  readonly router: Router
  readonly nowUs: () => Us
  readonly visitorOf: (method: string, path: string, headers: IncomingHttpHeaders) => Visitor
  readonly affordable: (visitor: Visitor) => boolean
  /** The answer of `/account/limits` to a signed request. */
  readonly limits: Answer
}

/** Returns the answer to a request, without any fault. */
export const answerTo = (desk: Desk, method: string, url: string, visitor: Visitor): Answer => {
  const [path = "", query = ""] = url.split("?")
  if (path.length > 1 && path.endsWith("/")) {
    const location = path.replace(/\/+$/, "") + (query === "" ? "" : `?${query}`)
    return { ...htmlFailure(301), location }
  }
  if (query.length > QUERY_MAX) return htmlFailure(414)
  if (visitor.is === "impostor") return failure(401)
  if (!desk.affordable(visitor)) return failure(429)
  if (method !== "GET" || !path.startsWith(`${ROOT}/`)) return NOT_FOUND
  if (path === `${ROOT}/account/limits`) return visitor.is === "holder" ? desk.limits : failure(401)
  return desk.router(path.slice(ROOT.length), new URLSearchParams(query), desk.nowUs())
}

/** Applies a fault to the answer. Faults of the connection are applied when the answer is sent. */
export const harmed = (answer: Answer, harm: Harm | undefined, url: string): Answer => {
  if (harm?.is === "status") {
    if (harm.form === "json") return failure(harm.status)
    return harm.form === "html" ? htmlFailure(harm.status) : { ...failure(harm.status), body: "" }
  }
  if (harm?.is !== "loop") return answer
  const asked = new URLSearchParams(url.split("?")[1] ?? "").get("cursor") ?? ""
  const body = answer.body.toString()
  // A first page keeps its cursor; every later page returns the cursor that it was requested with.
  return asked === ""
    ? answer
    : { ...answer, body: body.replace(/"cursor":"[^"]*"/, () => `"cursor":"${asked}"`) }
}
