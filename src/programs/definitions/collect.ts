import { program, type ValuesOf } from "../cli/definition.ts"
import { flag, option, optionOr } from "../cli/option.ts"
import { interval, moment } from "../cli/time.ts"
import * as shared from "./shared.ts"

/** In the order in which they are asked; `combos` only when named. */
export const feedNames = {
  usual: "markets,events,settlements,states,trades,orderbooks,series,candlesticks,exchange",
  onDemand: "combos"
}

const words = (said: string): string => said

const options = {
  dataDir: shared.dataDir,
  json: shared.json,
  interval: optionOr("15m", {
    value: "INTERVAL",
    about: "Pace of the markets feed, which brings the prices: 5s, 15m, 1h; slots lie on its boundaries",
    parse: interval
  }),
  feeds: optionOr(feedNames.usual, {
    value: "FEEDS",
    about: `Which feeds, comma-separated: ${feedNames.usual.replaceAll(",", ", ")}, ${feedNames.onDemand}`,
    otherwise: `all but ${feedNames.onDemand}`,
    parse: words
  }),
  books: optionOr("traded", {
    value: "MARKETS",
    about:
      "Whose order books: traded (open markets with volume or open interest), open (all open ones), or tickers, comma-separated",
    parse: words
  }),
  candles: optionOr("60", {
    value: "MINUTES",
    about:
      "Minutes of the candles to fetch, comma-separated: 1, 60, 1440; each but 60 is a feed of its own name, candlesticks-1",
    parse: words
  }),
  once: flag("One slot of every chosen feed, then exit"),
  since: option({
    value: "TIME",
    about: "How far back a first walk goes: a time or an age",
    otherwise: "settlements and candles 24h, trades 1h",
    parse: moment
  }),
  ...shared.exchange
}

export type Values = ValuesOf<typeof options>

export const collect = program({
  name: "collect",
  group: "Record",
  summary: "Record the exchange: once, or slot after slot until stopped",
  options,
  untilStopped: ({ once }) => !once,
  load: () => import("../commands/collect.ts")
})
