/**
 * The tape: the trades of all markets or of one, newest first. A quarter of an hour is computed at once when
 * a page reaches it, and its trades depend on the seed alone.
 */

import { type Page, pageOf } from "../http/paging.ts"
import { MINUTE, type Us } from "./instant.ts"
import type { Lane } from "./lanes.ts"
import type { MarketStory } from "./life.ts"
import { marketsOpenIn } from "./lookup.ts"
import { ascending, type Place } from "./order.ts"
import { Slices } from "./slices.ts"
import { BY_TRADE, type Trade, tradesBack, tradesWithin } from "./trades.ts"

/** Returns all trades after `after` and up to `until`, that one included, in ascending order. */
export const tradesOf = (lanes: ReadonlyArray<Lane>, after: Us, until: Us): Array<Trade> =>
  lanes
    .flatMap((lane) => marketsOpenIn(lane, after, until))
    .flatMap((market) => tradesWithin(market, after, until))
    .sort(ascending(BY_TRADE))

/** The part of the tape that is requested; both ends are included. */
export interface Stretch {
  readonly from: Us
  readonly to: Us
  readonly blocks: boolean | undefined
}

/**
 * The period computed at once. A universe of 20,000 markets makes some 11,000 trades in it, about 3 MB, in
 * 0.2 s.
 */
const SPAN: Us = 15 * MINUTE
const SPANS_KEPT_MAX = 12

export class Tape {
  readonly #spans: Slices<ReadonlyArray<Trade>>

  constructor(lanes: ReadonlyArray<Lane>) {
    this.#spans = new Slices(SPAN, SPANS_KEPT_MAX, (from, to) => tradesOf(lanes, from - 1, to - 1))
  }

  ofAll(stretch: Stretch, limit: number, after: Place | undefined): Page<Trade> {
    const to = Math.min(stretch.to, after?.atUs ?? stretch.to)
    return this.#page(this.#spans.back(stretch.from, to), stretch, limit, after)
  }

  of(market: MarketStory, stretch: Stretch, limit: number, after: Place | undefined): Page<Trade> {
    const to = Math.min(stretch.to, after?.atUs ?? stretch.to)
    return this.#page(tradesBack(market, to), stretch, limit, after)
  }

  #page(
    chunks: Iterable<ReadonlyArray<Trade>>,
    { blocks, from, to }: Stretch,
    limit: number,
    after: Place | undefined
  ): Page<Trade> {
    const wanted = (trade: Trade): boolean =>
      trade.createdUs <= to && (blocks === undefined || trade.block === blocks)
    const done = (trade: Trade): boolean => trade.createdUs < from
    // Trades after the end of the stretch are not wanted, however far the first chunk reaches beyond it.
    const start = after !== undefined && after.atUs <= to ? after : { atUs: to + 1, ticker: "" }
    return pageOf({ chunks, order: BY_TRADE, wanted, done }, limit, start)
  }
}
