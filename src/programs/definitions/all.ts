/** The command `kalshi` with all of its programs, in the order of the help. */
import type { Root } from "../cli/commander.ts"
import { analyze } from "./analyze.ts"
import { backfill } from "./backfill.ts"
import { backup } from "./backup.ts"
import { chart } from "./chart.ts"
import { collect } from "./collect.ts"
import { completion } from "./completion.ts"
import { demo } from "./demo.ts"
import { exchange } from "./exchange.ts"
import { exportCsv, exportParquet } from "./export.ts"
import { init } from "./init.ts"
import { log } from "./log.ts"
import { maintain } from "./maintain.ts"
import { prune } from "./prune.ts"
import { query } from "./query.ts"
import { replay } from "./replay.ts"
import { restore } from "./restore.ts"
import { status } from "./status.ts"
import { syncMarkets } from "./sync-markets.ts"
import { tables } from "./tables.ts"

export const kalshi: Root = {
  name: "kalshi",
  alias: "data",
  summary: "Record the Kalshi exchange into a log, and answer from it",
  definitions: [
    collect,
    backfill,
    syncMarkets,
    query,
    analyze,
    chart,
    tables,
    status,
    log,
    replay,
    exportParquet,
    exportCsv,
    init,
    maintain,
    prune,
    backup,
    restore,
    completion,
    demo,
    exchange
  ]
}
