import { program, type ValuesOf } from "../cli/definition.ts"
import { option, optionalArgument } from "../cli/option.ts"
import { moment } from "../cli/time.ts"
import { marketTicker } from "../cli/words.ts"
import * as shared from "./shared.ts"

const options = {
  dataDir: shared.dataDir,
  since: option({
    value: "TIME",
    about: "From this time on: an age such as 24h, a date, or a time in UTC",
    otherwise: "the first quote",
    parse: moment
  }),
  json: shared.json
}

export type Values = ValuesOf<typeof options>

export const chart = program({
  name: "chart",
  group: "Look",
  summary: "Draw a market's price and volume",
  description:
    "The price half way between bid and ask with the spread as a band, trades, contracts traded, close and settlement, fitted to the terminal. kalshi analyze history has the same with its table, and as a page.",
  options,
  argument: optionalArgument(
    "TICKER",
    "The market, such as KXHIGHNY-26NOV29-T45; by default the one that moved most in the last week",
    marketTicker
  ),
  examples: [
    { command: "chart --data-dir demo-data", about: "the market that moved most" },
    { command: "chart --since 24h --data-dir demo-data", about: "its last day" }
  ],
  load: () => import("../commands/chart.ts")
})
