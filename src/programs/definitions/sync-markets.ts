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
  summary: "Record events, then open and settled markets, without prices",
  options,
  load: () => import("../commands/sync-markets.ts")
})
