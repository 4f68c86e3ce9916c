/**
 * The exchange's clock, as the `Date` of its answers shows it. Listings are limited by the exchange's time, so a
 * watermark is in that time too: if this machine's clock were an hour fast, its time would put the watermark an
 * hour ahead of the tape, and the trades of that hour would never be asked for.
 */
import { Effect, Ref } from "effect"
import { epochMillis, type SlotSeconds, slotText } from "../../domain/units/time.ts"
import type { RawResponse } from "../../services/KalshiApi.ts"
import { ofWholeProcess } from "../effects/whole-process.ts"

/** The difference, in seconds, up to which two clocks agree. Answers may be 15 s old, and a page takes seconds. */
const APART_SECONDS_MAX = 60

export const SIMULATED_SPEED = "x-simulated-speed"

/** Returns the time of an answer, in whole seconds, or `undefined` if the answer has none. */
const madeAt = ({ headers }: Pick<RawResponse, "headers">): SlotSeconds | undefined => {
  const seconds = Math.floor(Date.parse(headers.date ?? "") / 1000)
  return Number.isNaN(seconds) ? undefined : seconds
}

/**
 * The difference, in seconds, between a `Date` header and this machine's time beyond which the header is not
 * believed: it comes from a proxy, or from a machine that has lost its time. The limit is two days, so that a
 * clock of this machine that is wrong by a day is still detected.
 */
const BELIEVED_SECONDS_MAX = 2 * 86_400

/**
 * Returns the time at which the exchange made an answer to a request of this slot, or `undefined` if the
 * answer has no usable `Date`.
 */
export const believedAt = (
  response: Pick<RawResponse, "headers">,
  slot: SlotSeconds
): SlotSeconds | undefined => {
  const made = madeAt(response)
  return made === undefined || Math.abs(made - slot) > BELIEVED_SECONDS_MAX ? undefined : made
}

/** Describes what is wrong with the clock of this machine. Returns `undefined` if the clocks agree. */
const disagreement = (response: Pick<RawResponse, "headers" | "observedAt">): string | undefined => {
  const there = madeAt(response)
  // A local exchange with simulated time sends this header. The difference between its clock and this
  // machine's is intended.
  if (there === undefined || SIMULATED_SPEED in response.headers) return undefined
  const ahead = Math.round(epochMillis(response.observedAt) / 1000) - there
  if (Math.abs(ahead) <= APART_SECONDS_MAX) return undefined
  return Math.abs(ahead) > BELIEVED_SECONDS_MAX
    ? `the exchange dates its answers ${slotText(there)}, days from this machine's time: what it dates is not believed. Check the clock of this machine, and what stands between it and the exchange.`
    : `this machine's clock is ${Math.abs(ahead)} seconds ${ahead > 0 ? "ahead of" : "behind"} the exchange's: slots are stamped with it, so set it right.`
}

/** Makes a warning about a wrong clock, which is logged once in a process. */
export const clockWarning = Effect.map(
  Ref.make(false),
  (warned) => (response: Pick<RawResponse, "headers" | "observedAt">) =>
    Effect.gen(function* () {
      const words = disagreement(response)
      if (words === undefined || (yield* Ref.getAndSet(warned, true))) return
      yield* ofWholeProcess(Effect.logWarning(words))
    })
)
