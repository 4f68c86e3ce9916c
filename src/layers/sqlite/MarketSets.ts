/**
 * MarketSets over SQLite. A market counts as open if the newest listing had it: a market whose row still says
 * `active` may have vanished. A listing that was cut short is completed from the one before it.
 */
import type * as SqlError from "@effect/sql/SqlError"
import type * as Statement from "@effect/sql/Statement"
import { Effect, Layer } from "effect"
import type { MarketSet } from "../../domain/ask/feed.ts"
import { states } from "../../domain/ask/feeds/states.ts"
import { MARKETS_FEED } from "../../domain/endpoints.ts"
import { NothingListed } from "../../domain/errors.ts"
import { type SlotSeconds, slotText, timeText } from "../../domain/units/time.ts"
import { type MarketSetQuery, MarketSets } from "../../services/MarketSets.ts"
import { Database, storage } from "./database/Database.ts"

/** The time, in seconds, after which a market or event that no listing has is no longer asked about. */
const UNLISTED_SECONDS_MAX = 24 * 60 * 60

/**
 * The longest candle, in seconds, with the hour by which one day of New York is longer. A market's last candles
 * may have been unfinished when it closed.
 */
const UNFINISHED_SECONDS_MAX = 25 * 60 * 60

interface NameRow {
  readonly ticker: string
}

/** The sets that are usually empty. */
const mayBeEmpty: ReadonlySet<MarketSet> = new Set(["unlisted", "withoutEvent"])

export const make = Effect.gen(function* () {
  const { sql } = yield* Database

  /** The start of the newest complete run of a feed. A market not seen since is not in the feed's listings. */
  const newestRun = (feed: string, condition: Statement.Fragment) => sql`
    SELECT max(started_at) FROM collection_runs
    WHERE feed = ${feed} AND status = 'complete' AND ${condition}
  `

  /**
   * Condition on a market: it is not a combo. Combos are recorded on demand only, and no scheduled feed lists
   * them.
   */
  const isNoCombo = sql.literal("coalesce(m.mve_collection_ticker, '') = ''")

  /**
   * The markets that the newest complete listing has, or any listing after it. Without any listing, the markets
   * that are described as open.
   */
  const listed = (condition: "all" | "liquid") => sql<NameRow>`
    WITH complete AS (
      SELECT coalesce(max(t.slot), 0) AS slot FROM price_slots t
      JOIN collection_runs r ON r.slot = t.snapshot_time AND r.feed = ${MARKETS_FEED} AND r.status = 'complete'
    )
    SELECT n.ticker FROM market_rows m JOIN market_numbers n ON n.market = m.market
    WHERE m.status = 'active' AND ${isNoCombo} AND (
      NOT EXISTS (SELECT 1 FROM price_slots)
      OR EXISTS (
        -- CROSS JOIN makes SQLite look up each market by its key. Its planner would scan the slot per market.
        SELECT 1 FROM price_slots t CROSS JOIN price_rows p ON p.slot = t.slot AND p.market = m.market
        WHERE t.slot >= (SELECT slot FROM complete)
        ${condition === "liquid" ? sql`AND (p.volume > 0 OR p.open_interest > 0)` : sql``}
      )
    )
    ORDER BY n.ticker
  `

  /**
   * The markets that have closed since a time. A market that has left the listing has closed too, although its
   * row still says `active` until an answer describes it again.
   */
  const closedSince = (since: SlotSeconds) => sql<NameRow>`
    SELECT n.ticker FROM market_rows m
    JOIN market_numbers n ON n.market = m.market
    JOIN market_rows_seen s ON s.market = m.market
    WHERE ${isNoCombo} AND (coalesce(m.status, '') NOT IN ('active', 'initialized') AND m.close_time >= ${timeText(since)}
      OR m.status = 'active' AND s.observed_at >= ${timeText(since)} AND s.observed_at < (${newestRun(MARKETS_FEED, sql`true`)}))
    ORDER BY n.ticker
  `

  /**
   * The markets that are not settled, and were last described before the newest complete walk through the
   * listings that should have them: those of open markets, or of paused and closed ones.
   */
  const unlisted = (slot: SlotSeconds) => sql<NameRow>`
    SELECT n.ticker FROM market_rows m
    JOIN market_numbers n ON n.market = m.market
    JOIN market_rows_seen s ON s.market = m.market
    WHERE ${isNoCombo} AND coalesce(m.status, '') NOT IN ('finalized', 'settled', 'initialized')
      AND s.observed_at >= ${timeText(slot - UNLISTED_SECONDS_MAX)}
      AND s.observed_at < CASE m.status
        WHEN 'active' THEN (${newestRun(MARKETS_FEED, sql`slot <= ${slotText(slot)}`)})
        ELSE (${newestRun(states.name, sql`slot < ${slotText(slot)}`)})
      END
    ORDER BY n.ticker
  `

  const withoutEvent = (slot: SlotSeconds) => sql<NameRow>`
    SELECT DISTINCT m.event_ticker AS ticker FROM market_rows m
    JOIN market_rows_seen s ON s.market = m.market
    WHERE m.event_ticker NOT IN (SELECT event_ticker FROM event_rows) AND m.event_ticker <> ''
      AND ${isNoCombo} AND s.observed_at >= ${timeText(slot - UNLISTED_SECONDS_MAX)}
    ORDER BY m.event_ticker
  `

  const namesOf = ({ marketSet, slot, watermark }: MarketSetQuery) => {
    const queries: Readonly<
      Record<MarketSet, () => Effect.Effect<ReadonlyArray<NameRow>, SqlError.SqlError>>
    > = {
      open: () => listed("all"),
      liquid: () => listed("liquid"),
      liquidOrJustClosed: () =>
        Effect.zipWith(
          listed("liquid"),
          closedSince((watermark ?? slot - UNLISTED_SECONDS_MAX) - UNFINISHED_SECONDS_MAX),
          (open, closed) => [...open, ...closed]
        ),
      unlisted: () => unlisted(slot),
      withoutEvent: () => withoutEvent(slot)
    }
    return queries[marketSet]()
  }

  const knownMarket = sql`SELECT 1 FROM market_rows LIMIT 1`

  return MarketSets.of({
    tickers: (query) =>
      Effect.gen(function* () {
        const known = yield* knownMarket
        if (known.length === 0 && !mayBeEmpty.has(query.marketSet))
          return yield* new NothingListed({ feed: query.feed })
        const rows = yield* namesOf(query)
        return [...new Set(rows.map(({ ticker }) => ticker))].sort()
      }).pipe(storage("naming markets to ask about"))
  })
})

export const layer = Layer.effect(MarketSets, make)
