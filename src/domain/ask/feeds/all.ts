/** All feeds, in the order in which a slot requests them. */
import type { Feed } from "../feed.ts"
import { candlesticks } from "./candlesticks.ts"
import { combos } from "./combos.ts"
import { events, openEvents } from "./events.ts"
import { exchange } from "./exchange.ts"
import { fees } from "./fees.ts"
import { markets, openMarkets } from "./markets.ts"
import { orderbooks } from "./orderbooks.ts"
import { series } from "./series.ts"
import { settledMarkets, settledReach, settlements } from "./settlements.ts"
import { states } from "./states.ts"
import { trades } from "./trades.ts"

export const feeds: ReadonlyArray<Feed> = [
  markets,
  events,
  settlements,
  states,
  trades,
  orderbooks,
  series,
  candlesticks,
  exchange,
  fees,
  combos
]

/**
 * The feed of `sync-markets`: events, open markets and settled markets in one run. Its listing of open markets
 * makes no price rows, because it belongs to no slot of the `markets` feed.
 */
export const sync: Feed = {
  name: "sync-markets",
  about: "events, open markets and settled markets, without prices",
  everySeconds: 24 * 60 * 60,
  requests: (context) => [openEvents, openMarkets(context.slot), settledMarkets(context)],
  reach: settledReach
}
