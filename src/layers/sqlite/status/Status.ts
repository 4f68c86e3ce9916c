/** Status over SQLite. */
import { Effect, Layer } from "effect"
import { Status } from "../../../services/Status.ts"
import { rebuildIn } from "../../replay/progress-file.ts"
import { Database, storage } from "../database/Database.ts"
import { holderOf } from "../database/WriterLock.ts"
import { counts, lastPriceSlot } from "./counts.ts"
import { diskUse } from "./disk-use.ts"
import { exchangeState, scheduledTrading } from "./exchange-state.ts"
import { feedsIn } from "./feeds.ts"
import { logExtent } from "./log-extent.ts"
import { openBackfillsIn } from "./open-backfills.ts"
import { tiersIn } from "./tiers.ts"

export const make = (dataDir: string) =>
  Effect.gen(function* () {
    const { sql, transaction } = yield* Database

    const exchanges = sql<{ baseUrl: string }>`
      SELECT base_url AS "baseUrl" FROM exchange ORDER BY first_recorded_at
    `.pipe(Effect.map((rows) => rows.map(({ baseUrl }) => baseUrl)))

    return Status.of({
      report: Effect.gen(function* () {
        const { tables, tiers, ...stored } = yield* transaction(
          Effect.all({
            tables: counts(sql),
            log: logExtent(sql),
            lastPriceSlot: lastPriceSlot(sql),
            feeds: feedsIn(sql),
            exchanges,
            backfills: openBackfillsIn(sql),
            exchangeState: exchangeState(sql),
            scheduledTrading: scheduledTrading(sql),
            tiers: tiersIn(sql)
          })
        )
        const recorder = yield* holderOf(dataDir)
        return {
          ...stored,
          ...tables,
          ...tiers,
          recorder,
          rebuild: yield* rebuildIn(dataDir, recorder),
          ...(yield* diskUse(dataDir))
        }
      }).pipe(storage("reading the status"))
    })
  })

export const layer = (dataDir: string) => Layer.effect(Status, make(dataDir))
