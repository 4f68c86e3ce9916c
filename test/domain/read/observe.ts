/** Observations around a body written in a test, as the log would return them. */
import { createHash } from "node:crypto"
import type { LoggedObservation } from "../../../src/domain/observation.ts"
import { slotSeconds } from "../../../src/domain/units/time.ts"

const utf8 = new TextEncoder()

export const SLOT = slotSeconds("2026-11-22T12:15:00Z")

export const observe = (body: unknown, but: Partial<LoggedObservation> = {}): LoggedObservation => {
  const bytes = utf8.encode(typeof body === "string" ? body : JSON.stringify(body))
  return {
    seq: 1,
    feed: "markets",
    slot: SLOT,
    page: 0,
    endpoint: "GET /markets",
    request: "/markets?limit=1000&mve_filter=exclude&status=open",
    cursor: null,
    observedAt: "2026-11-22T12:15:01.234567Z",
    status: 200,
    baseUrl: "https://external-api.kalshi.com/trade-api/v2",
    body: bytes,
    bodySha256: createHash("sha256").update(bytes).digest("hex"),
    ...but
  }
}
