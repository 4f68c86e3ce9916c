import * as Command from "@effect/cli/Command"
import { backfill } from "./commands/backfill.ts"
import { collect } from "./commands/collect.ts"
import { demo } from "./commands/demo.ts"
import { exchange } from "./commands/exchange.ts"
import { exportCsv, exportParquet } from "./commands/export.ts"
import { init } from "./commands/init.ts"
import { log } from "./commands/log.ts"
import { prune } from "./commands/prune.ts"
import { query } from "./commands/query.ts"
import { replay } from "./commands/replay.ts"
import { status } from "./commands/status.ts"
import { syncMarkets } from "./commands/sync-markets.ts"
import { main } from "./main.ts"

const programs = [
  demo,
  init,
  syncMarkets,
  collect,
  backfill,
  replay,
  exportParquet,
  exportCsv,
  query,
  status,
  log,
  prune,
  exchange
] as const

const data = Command.make("data").pipe(
  Command.withDescription("The same programs under their longer name: kalshi data collect"),
  Command.withSubcommands(programs)
)

const kalshi = Command.make("kalshi").pipe(
  Command.withDescription("Records the Kalshi exchange into a log, and answers from it"),
  Command.withSubcommands([...programs, data])
)

main(kalshi)
