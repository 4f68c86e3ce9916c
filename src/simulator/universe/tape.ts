/**
 * The tape: the trades of all markets or of one, newest first. A quarter of an hour of it is worked out at
 * once when a page reaches it, and which trades it has depends on nothing but the seed.
 */

import { type Page, pageOf } from "../http/paging.ts"
import { MINUTE, type Us } from "./instant.ts"
import type { Lane } from "./lanes.ts"
import type { MarketStory } from "./life.ts"
import { marketsOpenIn } from "./lookup.ts"
import { ascending, type Place } from "./order.ts"
import { Slices } from "./slices.ts"
import { BY_TRADE, type Trade, tradesBack, tradesWithin } from "./trades.ts"

/** All trades made after one moment and until another, that one included; in ascending order. */
export const tradesOf = (lanes: ReadonlyArray<Lane>, after: Us, until: Us): Array<Trade> =>
  lanes
    .flatMap((lane) => marketsOpenIn(lane, after, until))
    .flatMap((market) => tradesWithin(market, after, until))
    .sort(ascending(BY_TRADE))

/** What part of the tape is wanted; both ends included. */
export interface Stretch {
  readonly from: Us
  readonly to: Us
  readonly blocks: boolean | undefined
}

/** In so much of 20,000 markets there are some 11,000 trades, about 3 MB, worked out in 0.2 s. */
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
    // Nothing after the end of the stretch needs a look, however far a first page's chunk reaches beyond it.
    const start = after !== undefined && after.atUs <= to ? after : { atUs: to + 1, ticker: "" }
    return pageOf({ chunks, order: BY_TRADE, wanted, done }, limit, start)
  }
}
