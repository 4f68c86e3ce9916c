import { backfillKinds } from "../../domain/ask/backfill/kinds.ts"
import { program, type ValuesOf } from "../cli/definition.ts"
import { oneOf, option, optionOr } from "../cli/option.ts"
import { moment } from "../cli/time.ts"
import { marketTickers, someOf, ticker } from "../cli/words.ts"
import { periodNames, periodsByName } from "./periods.ts"
import * as shared from "./shared.ts"

const options = {
  dataDir: shared.dataDir,
  json: shared.json,
  series: option({ value: "SERIES", about: "Markets of this series, such as KXHIGHNY", parse: ticker }),
  event: option({ value: "EVENT", about: "Markets of this event", parse: ticker }),
  tickers: option({ value: "TICKERS", about: "These markets, comma-separated", parse: marketTickers }),
  from: option({
    value: "TIME",
    about: "From this time on: 2026-01-01T00:00:00Z, or an age such as 30d",
    parse: moment
  }),
  to: option({ value: "TIME", about: "Up to this time or age", parse: moment }),
  kinds: optionOr(backfillKinds.join(","), {
    value: "KINDS",
    about: `What to fetch, comma-separated: ${backfillKinds.join(", ")}`,
    parse: someOf("kind", backfillKinds)
  }),
  period: optionOr("60", {
    value: "MINUTES",
    about: `Minutes of a candle: ${periodNames.join(", ")}`,
    choices: periodNames,
    parse: (typed) => periodsByName[oneOf(periodNames)(typed)]
  }),
  ...shared.exchange
}

export type Values = ValuesOf<typeof options>

export const backfill = program({
  name: "backfill",
  group: "Record",
  summary: "Fetch markets, trades and candles of the past",
  description:
    "Asks the live tier and the historical tier; with times alone, for every market that lived then. Run again, it goes on where it stopped. Beside a recorder on the same directory, the recorder does the work and this program shows how far it is.",
  options,
  environment: shared.credentials,
  exitCodes: {
    1: "failed; what came is committed, and the same command goes on from there",
    "130, 143": "stopped by Ctrl-C or SIGTERM; the same command goes on from there"
  },
  examples: [
    { command: "backfill --series KXHIGHNY --from 30d", about: "a month of one series" },
    { command: "backfill --from 2026-11-01 --to 2026-11-02 --kinds trades", about: "every trade of a day" },
    {
      command: "backfill --tickers KXHIGHNY-26NOV22-T58 --kinds candlesticks --period 1",
      about: "minute candles of one market"
    }
  ],
  load: () => import("../commands/backfill.ts")
})
