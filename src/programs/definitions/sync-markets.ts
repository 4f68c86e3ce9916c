import { program, type ValuesOf } from "../cli/definition.ts"
import { option } from "../cli/option.ts"
import { moment } from "../cli/time.ts"
import * as shared from "./shared.ts"

const options = {
  dataDir: shared.dataDir,
  json: shared.json,
  since: option({
    value: "TIME",
    about: "How far back settled markets go on a first run: a time or an age",
    otherwise: "24h",
    parse: moment
  }),
  ...shared.exchange
}

export type Values = ValuesOf<typeof options>

export const syncMarkets = program({
  name: "sync-markets",
  group: "Record",
  summary: "Record events and markets, without prices",
  description:
    "Events, then open markets, then markets settled since the last run: what is traded, and what became of it, in a few minutes.",
  options,
  environment: shared.credentials,
  examples: [
    { command: "sync-markets", about: "from the live exchange into data/" },
    { command: "sync-markets --since 7d", about: "with a week of settled markets on the first run" }
  ],
  load: () => import("../commands/sync-markets.ts")
})
