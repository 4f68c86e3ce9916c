/**
 * Corrects the time if this machine's clock may be wrong. Without a Timekeeper the current clock is trusted,
 * as a simulated clock must be.
 */
import { Context, Effect } from "effect"
import type { RawResponse } from "./KalshiApi.ts"

/**
 * A period that the clock has skipped, in milliseconds since 1970. It is unknown whether that time has really
 * passed.
 */
export interface UnprovenSpan {
  readonly from: number
  readonly to: number
}

interface Timekeeping {
  /** Asks the exchange for its time if this machine's clock has jumped, or has not been compared yet. */
  readonly settle: Effect.Effect<void>
  /** Compares the clocks by an answer of the exchange, if a comparison is due. */
  readonly compare: (response: Pick<RawResponse, "headers">) => Effect.Effect<void>
  /** The periods that the clock has skipped so far in this process. */
  readonly unproven: Effect.Effect<ReadonlyArray<UnprovenSpan>>
}

const believingTheClock: Timekeeping = {
  settle: Effect.void,
  compare: () => Effect.void,
  unproven: Effect.succeed([])
}

export class Timekeeper extends Context.Reference<Timekeeper>()("kalshi-tape/Timekeeper", {
  defaultValue: (): Timekeeping => believingTheClock
}) {}
