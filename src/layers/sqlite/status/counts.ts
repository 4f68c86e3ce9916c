/** Counts the contents of a database. */
import { Effect } from "effect"
import { MARKETS_FEED } from "../../../domain/endpoints.ts"
import type { StatusReport } from "../../../services/Status.ts"
import type { Database } from "../database/Database.ts"

type Counts = Pick<
  StatusReport,
  | "tablesAtSeq"
  | "markets"
  | "openMarkets"
  | "events"
  | "settlements"
  | "priceSlots"
  | "quarantined"
  | "openBackfills"
>

/**
 * The newest slot with a complete listing of open markets. Open markets are counted in it, because the row of a
 * market that has vanished may still say `active`. The slot may also hold quotes of combos, which come from
 * another listing and are not counted.
 */
const newestListing = (sql: Database["Type"]["sql"]) => sql`
  SELECT t.slot FROM price_slots t CROSS JOIN collection_runs r
  WHERE r.feed = ${MARKETS_FEED} AND r.slot = t.snapshot_time AND r.status = 'complete'
  ORDER BY t.slot DESC LIMIT 1
`

export const counts = (sql: Database["Type"]["sql"]) =>
  sql<Counts>`
    SELECT
      (SELECT coalesce(min(seq), 0) FROM projection_checkpoints) AS "tablesAtSeq",
      (SELECT count(*) FROM market_rows) AS markets,
      CASE WHEN listing.slot IS NULL
        THEN (SELECT count(*) FROM market_rows WHERE status = 'active')
        ELSE (
          SELECT count(*) FROM price_rows p CROSS JOIN market_rows m ON m.market = p.market
          WHERE p.slot = listing.slot AND m.status = 'active' AND coalesce(m.mve_collection_ticker, '') = ''
        )
      END AS "openMarkets",
      (SELECT count(*) FROM event_rows) AS events,
      (SELECT count(*) FROM settlement_rows) AS settlements,
      (SELECT count(*) FROM price_slots) AS "priceSlots",
      (SELECT count(*) FROM quarantine WHERE resolved_at IS NULL)  AS quarantined,
      (SELECT count(*) FROM backfills WHERE status IN ('waiting', 'running')) AS "openBackfills"
    FROM (SELECT (${newestListing(sql)}) AS slot) listing
  `.pipe(
    Effect.flatMap(([row]) =>
      row === undefined ? Effect.dieMessage("an aggregate has no row") : Effect.succeed(row)
    )
  )

/** The newest slot with prices, and the number of its markets. */
export const lastPriceSlot = (sql: Database["Type"]["sql"]) =>
  sql<{ slot: string; markets: number }>`
    SELECT snapshot_time AS slot, (SELECT count(*) FROM price_rows p WHERE p.slot = s.slot) AS markets
    FROM price_slots s ORDER BY s.slot DESC LIMIT 1
  `.pipe(Effect.map(([last]) => last ?? null))
