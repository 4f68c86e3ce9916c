/** Status over SQLite. */
import { Effect, Layer } from "effect"
import { MARKETS_FEED } from "../../../domain/endpoints.ts"
import { StorageFailed } from "../../../domain/errors.ts"
import { type FeedStatus, Status } from "../../../services/Status.ts"
import { Database, storage } from "../database/Database.ts"
import { holderOf } from "../database/WriterLock.ts"
import { diskUse } from "./disk-use.ts"
import { exchangeState, scheduledTrading } from "./exchange-state.ts"
import { newestHoles } from "./gaps.ts"
import { openBackfillsIn } from "./open-backfills.ts"

type FeedRow = Omit<FeedStatus, "holes" | "olderHoles" | "newestWarning">

export const make = (dataDir: string) =>
  Effect.gen(function* () {
    const { sql, transaction } = yield* Database

    const one = <A extends object>(statement: Effect.Effect<ReadonlyArray<A>, unknown>) =>
      Effect.flatMap(statement, ([row]) =>
        row === undefined
          ? new StorageFailed({ operation: "reading the status", why: "an aggregate without a row" })
          : Effect.succeed(row)
      )

    /**
     * The newest slot with a complete listing of open markets. Open markets are counted in it, because the
     * row of a market that has vanished may still say `active`. The slot may also hold quotes of combos,
     * which come from another listing and are not counted.
     */
    const newestListing = sql`
      SELECT t.slot FROM price_slots t CROSS JOIN collection_runs r
      WHERE r.feed = ${MARKETS_FEED} AND r.slot = t.snapshot_time AND r.status = 'complete'
      ORDER BY t.slot DESC LIMIT 1
    `

    const counts = one(sql<{
      observations: number
      firstObservedAt: string | null
      lastObservedAt: string | null
      tablesAtSeq: number
      markets: number
      openMarkets: number
      events: number
      settlements: number
      priceSlots: number
      quarantined: number
      openBackfills: number
    }>`
      SELECT
        (SELECT count(*) FROM observations) AS observations,
        (SELECT observed_at FROM observations ORDER BY seq LIMIT 1) AS "firstObservedAt",
        (SELECT observed_at FROM observations ORDER BY seq DESC LIMIT 1) AS "lastObservedAt",
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
      FROM (SELECT (${newestListing}) AS slot) listing
    `)

    const lastPriceSlot = sql<{ slot: string; markets: number }>`
      SELECT snapshot_time AS slot, (SELECT count(*) FROM price_rows p WHERE p.slot = s.slot) AS markets
      FROM price_slots s ORDER BY s.slot DESC LIMIT 1
    `.pipe(Effect.map(([last]) => last ?? null))

    const feeds = sql<FeedRow>`
      SELECT
        feed, slot AS "lastSlot", status AS "lastStatus", reason AS "lastReason", items AS "lastItems", interval,
        (SELECT max(slot) FROM collection_runs c WHERE c.feed = r.feed AND c.status = 'complete') AS "lastCompleteSlot",
        (SELECT count(*) FROM collection_runs c WHERE c.feed = r.feed AND c.status = 'complete') AS complete,
        (
          SELECT count(*) FROM collection_runs c
          WHERE c.feed = r.feed AND c.status = 'complete' AND c.reason IS NOT NULL
        ) AS partial,
        (SELECT count(*) FROM collection_runs c WHERE c.feed = r.feed AND c.status = 'failed') AS failed,
        (SELECT count(*) FROM collection_runs c WHERE c.feed = r.feed AND c.status = 'skipped') AS skipped,
        (SELECT count(*) FROM collection_runs c WHERE c.feed = r.feed AND c.status = 'missed') AS missed
      FROM collection_runs r
      WHERE slot = (SELECT max(slot) FROM collection_runs n WHERE n.feed = r.feed)
      ORDER BY feed
    `

    const exchanges = sql<{
      base_url: string
    }>`SELECT base_url FROM exchange ORDER BY first_recorded_at`.pipe(
      Effect.map((rows) => rows.map(({ base_url }) => base_url))
    )

    const warnings = sql<{ feed: string; slot: string; reason: string }>`
      SELECT feed, max(slot) AS slot, reason FROM collection_runs
      WHERE status = 'complete' AND reason IS NOT NULL GROUP BY feed
    `.pipe(Effect.map((rows) => new Map(rows.map(({ feed, ...warning }) => [feed, warning]))))

    return Status.of({
      report: Effect.gen(function* () {
        const stored = yield* transaction(
          Effect.all({
            counts,
            lastPriceSlot,
            feeds,
            exchanges,
            backfills: openBackfillsIn(sql),
            holes: newestHoles(sql),
            warnings,
            exchangeState: exchangeState(sql),
            scheduledTrading: scheduledTrading(sql)
          })
        )
        const { firstObservedAt, lastObservedAt, observations, ...tables } = stored.counts
        return {
          exchanges: stored.exchanges,
          exchangeState: stored.exchangeState,
          scheduledTrading: stored.scheduledTrading,
          log: { observations, firstObservedAt, lastObservedAt },
          ...tables,
          backfills: stored.backfills,
          lastPriceSlot: stored.lastPriceSlot,
          feeds: stored.feeds.map((feed) => ({
            ...feed,
            newestWarning: stored.warnings.get(feed.feed) ?? null,
            ...(stored.holes.get(feed.feed) ?? { holes: [], olderHoles: 0 })
          })),
          recorder: yield* holderOf(dataDir),
          ...(yield* diskUse(dataDir))
        }
      }).pipe(
        Effect.mapError((error) =>
          error instanceof StorageFailed
            ? error
            : new StorageFailed({ operation: "reading the status", why: String(error), cause: error })
        ),
        storage("reading the status")
      )
    })
  })

export const layer = (dataDir: string) => Layer.effect(Status, make(dataDir))
