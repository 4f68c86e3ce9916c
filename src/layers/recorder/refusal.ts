/** Refusals of requests by the exchange, as the end of a walk. */
import type { AnswerShort, ExchangeRefused, ListingEndless } from "../../domain/errors.ts"

export type Refusal = ExchangeRefused | ListingEndless | AnswerShort

const SERVER_ERROR = 500

/** Tells whether a refusal is a failure of the exchange's server (status 500 or above), which may pass. */
export const isServerError = (refusal: Refusal): refusal is ExchangeRefused =>
  refusal._tag === "ExchangeRefused" && refusal.status >= SERVER_ERROR

/** Describes refusals by their number and the first of them. Returns `null` if there are none. */
export const describeRefusals = (
  [first, ...others]: ReadonlyArray<Refusal>,
  plural: "requests" | "listings"
): string | null => {
  if (first === undefined) return null
  return others.length === 0
    ? first.message
    : `${others.length + 1} ${plural} were refused; the first: ${first.message}`
}

/** Joins the parts of a reason. Returns `null` if there are none. */
export const joinReasons = (...reasons: ReadonlyArray<string | null>): string | null => {
  const some = reasons.filter((reason) => reason !== null)
  return some.length === 0 ? null : some.join("; ")
}
