/**
 * What time it is, where this machine's clock may be wrong. Left out, the clock that runs is believed, as a simulated
 * one must be.
 */
import { Context, Effect } from "effect"
import type { RawResponse } from "./KalshiApi.ts"

/** From and to, in milliseconds since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
}

interface Timekeeping {
  /** Asks the exchange for its time, where this machine's clock has moved on its own, or was never compared. */
  readonly settle: Effect.Effect<void>
  /** Compares the clocks by an answer of the exchange, where they have to be. */
  readonly hear: (response: Pick<RawResponse, "headers">) => Effect.Effect<void>
  /** Time that the clock has passed over, and of which nobody could say whether it has passed. */
  readonly unproven: Effect.Effect<ReadonlyArray<Span>>
}

const believingTheClock: Timekeeping = {
  settle: Effect.void,
  hear: () => Effect.void,
  unproven: Effect.succeed([])
}

export class Timekeeper extends Context.Reference<Timekeeper>()("kalshi-tape/Timekeeper", {
  defaultValue: (): Timekeeping => believingTheClock
}) {}
