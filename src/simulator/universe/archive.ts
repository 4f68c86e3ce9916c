/**
 * The historical tier: markets settled before the cutoff, newest settlement first, as far back as the archive
 * reaches. Each day is computed when a page reaches it; only the days used last are kept.
 */
import type { PastMarketsQuery } from "../http/data-query.ts"
import { pageOf } from "../http/paging.ts"
import { marketText } from "../wire/market-json.ts"
import { DAY, type Us } from "./instant.ts"
import type { Lane, Series } from "./lanes.ts"
import type { MarketStory } from "./life.ts"
import { findMarket, indexed, lanesOf, type SeriesByTicker, settledIn } from "./lookup.ts"
import { ascending, type Order } from "./order.ts"
import { Slices } from "./slices.ts"
import { archiveFromUs, cutoffUs } from "./tiers.ts"

const BY_SETTLEMENT: Order<MarketStory> = {
  atUs: (market) => market.finalizedUs,
  ticker: (market) => market.ticker
}

/** The number of days kept. A universe of 20,000 open markets settles some 15,000 a day, about 5 MB. */
const DAYS_KEPT_MAX = 2

export class Archive {
  readonly #byTicker: SeriesByTicker
  readonly #days: Slices<ReadonlyArray<MarketStory>>

  constructor(series: ReadonlyArray<Series>) {
    const lanes: ReadonlyArray<Lane> = series.flatMap((one) => one.lanes)
    this.#byTicker = indexed(series)
    this.#days = new Slices(DAY, DAYS_KEPT_MAX, (from, to) => settledIn(lanes, from, to))
  }

  /** Returns the market if it is in the archive at this time. */
  find(ticker: string, at: Us): MarketStory | undefined {
    const market = findMarket(this.#byTicker, ticker, archiveFromUs(at), at)
    return market !== undefined && this.#holds(market, at) ? market : undefined
  }

  /**
   * Returns the market if its trades may be in the archive at this time. The market itself need not be
   * settled.
   */
  findTraded(ticker: string, at: Us): MarketStory | undefined {
    return findMarket(this.#byTicker, ticker, archiveFromUs(at), at)
  }

  marketsBody(query: PastMarketsQuery, at: Us): string {
    const wanted = (market: MarketStory): boolean =>
      this.#holds(market, at) &&
      (query.combos || !market.combo) &&
      (query.eventTicker === undefined || market.event.ticker === query.eventTicker) &&
      (query.seriesTicker === undefined || market.event.lane.series.ticker === query.seriesTicker)
    const done = (market: MarketStory): boolean => market.finalizedUs < archiveFromUs(at)
    const chunks = this.#chunks(query, at)
    const page = pageOf({ chunks, order: BY_SETTLEMENT, wanted, done }, query.limit, query.after)
    return `{"cursor":"${page.cursor}","markets":[${page.items.map((market) => marketText(market, at)).join(",")}]}`
  }

  #holds({ finalizedUs }: MarketStory, at: Us): boolean {
    return finalizedUs >= archiveFromUs(at) && finalizedUs < cutoffUs(at)
  }

  #chunks(query: PastMarketsQuery, at: Us): Iterable<ReadonlyArray<MarketStory>> {
    if (query.tickers !== undefined) {
      const found = [...query.tickers].flatMap((ticker) => this.find(ticker, at) ?? [])
      return [found.sort(ascending(BY_SETTLEMENT))]
    }
    const name = query.eventTicker ?? query.seriesTicker
    if (name !== undefined) return [settledIn(lanesOf(this.#byTicker, name), archiveFromUs(at), cutoffUs(at))]
    return this.#days.back(archiveFromUs(at), Math.min(cutoffUs(at) - 1, query.after?.atUs ?? at))
  }
}
