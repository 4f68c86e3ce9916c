import { program, type ValuesOf } from "../cli/definition.ts"
import { flag, option, optionOr, wanted } from "../cli/option.ts"
import { interval, moment, pace } from "../cli/time.ts"
import { marketTickers, someOf } from "../cli/words.ts"
import { olderThan } from "./maintain.ts"
import { periodNames, periodsByName } from "./periods.ts"
import { keepHot } from "./prune.ts"
import * as shared from "./shared.ts"

/**
 * The feeds that are recorded by default, in the order in which they are requested. The feeds themselves are
 * loaded when the program runs.
 */
const usualFeeds = [
  "markets",
  "events",
  "settlements",
  "states",
  "trades",
  "orderbooks",
  "series",
  "candlesticks",
  "exchange",
  "fees"
] as const
export const feedNames = [...usualFeeds, "combos"] as const

const booksOf = (typed: string): "traded" | "open" | ReadonlyArray<string> => {
  const word = typed.trim()
  if (word === "traded" || word === "open") return word
  try {
    return marketTickers(word)
  } catch {
    return wanted("must be traded, open, or tickers of markets such as KXHIGHNY-26NOV22-T58, comma-separated")
  }
}

const options = {
  dataDir: shared.dataDir,
  json: shared.json,
  interval: optionOr("15m", {
    value: "INTERVAL",
    about: "Pace of the markets feed, which brings the prices: 5s, 15m, 1h; slots lie on its boundaries",
    parse: interval
  }),
  feeds: optionOr(usualFeeds.join(","), {
    value: "FEEDS",
    about: `Which feeds, comma-separated: ${feedNames.join(", ")}`,
    otherwise: "all but combos",
    parse: someOf("feed", feedNames)
  }),
  books: optionOr("traded", {
    value: "MARKETS",
    about:
      "Whose order books: traded (open markets with volume or open interest), open (all open ones), or tickers, comma-separated",
    parse: booksOf
  }),
  candles: optionOr("60", {
    value: "MINUTES",
    about:
      "Minutes of the candles to fetch, comma-separated: 1, 60, 1440; each but 60 is a feed of its own name, candlesticks-1",
    parse: (typed) => someOf("period", periodNames)(typed).map((name) => periodsByName[name])
  }),
  once: flag("One slot of every chosen feed, then exit"),
  since: option({
    value: "TIME",
    about: "How far back a first walk goes: a time or an age",
    otherwise: "settlements and candles 24h, trades 1h",
    parse: moment
  }),
  lakeEvery: optionOr("1h", {
    value: "TIME",
    about:
      "How often new rows are written into the lake, beside the recording; once a day all of maintain is done. 0s: never",
    parse: pace
  }),
  keepHot,
  olderThan,
  ...shared.exchange
}

export type Values = ValuesOf<typeof options>

export const collect = program({
  name: "collect",
  group: "Record",
  summary: "Record the exchange, once or slot after slot",
  description:
    "Takes a slot of every feed at once, then one on each boundary of its interval until Ctrl-C or SIGTERM stops it with everything committed. With --once, one slot of each. An exchange that is down costs the slots that it missed, which are on record as such. Without an API key, a first slot of the live exchange takes some minutes.",
  options,
  environment: shared.credentials,
  exitCodes: {
    0: "done; on an interval, stopped by Ctrl-C or SIGTERM with everything committed",
    1: "a feed failed (the others are committed), or recording cannot go on",
    "130, 143": "--once was stopped by Ctrl-C or SIGTERM; what had come is committed"
  },
  examples: [
    {
      command: "collect --once --feeds markets",
      about: "every open market's quote, once, from the live exchange"
    },
    {
      command: "collect --interval 5m --books open",
      about: "a slot every five minutes, with all order books"
    },
    {
      command: "collect --once --data-dir local-data --api-url http://127.0.0.1:8787/trade-api/v2",
      about: "from a local exchange (kalshi exchange, in another terminal)"
    }
  ],
  untilStopped: ({ once }) => !once,
  load: () => import("../commands/collect.ts")
})
