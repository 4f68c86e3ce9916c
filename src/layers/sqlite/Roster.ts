/**
 * Rosters over SQLite. What is open is what the newest listing held: a market whose row still says
 * `active` may have vanished, and a listing that was cut short is filled up from the one before it.
 */
import type * as SqlError from "@effect/sql/SqlError"
import type * as Statement from "@effect/sql/Statement"
import { Effect, Layer } from "effect"
import type { Roster as Kind } from "../../domain/ask/feed.ts"
import { states } from "../../domain/ask/feeds/states.ts"
import { MARKETS_FEED } from "../../domain/endpoints.ts"
import { NothingListed } from "../../domain/errors.ts"
import { isoMicros, type SlotSeconds, slotText } from "../../domain/units/time.ts"
import { Roster, type RosterOf } from "../../services/Roster.ts"
import { Database, storage } from "./database/Database.ts"

/** What has been gone for so long will not be explained any more. */
const ASTRAY_SECONDS_MAX = 24 * 60 * 60

/** The longest candle, and the hour that one day of New York has more: unfinished when its market closed. */
const UNFINISHED_SECONDS_MAX = 25 * 60 * 60

interface Names {
  readonly ticker: string
}

/** An empty list of these is what one hopes for. */
const asksForSome: ReadonlySet<Kind> = new Set(["astray", "eventless"])

const timeText = (seconds: SlotSeconds) => isoMicros(seconds * 1_000_000)

export const make = Effect.gen(function* () {
  const { sql } = yield* Database

  /** When the newest complete run of a feed began: what it has not seen since is not in its listings. */
  const newestRun = (feed: string, condition: Statement.Fragment) => sql`
    SELECT max(started_at) FROM collection_runs
    WHERE feed = ${feed} AND status = 'complete' AND ${condition}
  `

  /**
   * Condition on a market: it is not a combo. Combos are recorded on demand only, and no scheduled feed lists
   * them.
   */
  const isNoCombo = sql.literal("coalesce(m.mve_collection_ticker, '') = ''")

  /** From the newest complete listing on; without any listing, whatever is described as open. */
  const listed = (condition: "all" | "traded") => sql<Names>`
    WITH complete AS (
      SELECT coalesce(max(t.slot), 0) AS slot FROM price_slots t
      JOIN collection_runs r ON r.slot = t.snapshot_time AND r.feed = ${MARKETS_FEED} AND r.status = 'complete'
    )
    SELECT n.ticker FROM market_rows m JOIN market_numbers n ON n.market = m.market
    WHERE m.status = 'active' AND ${isNoCombo} AND (
      NOT EXISTS (SELECT 1 FROM price_slots)
      OR EXISTS (
        -- Each market by its key: the planner would rather scan the slot, once a market.
        SELECT 1 FROM price_slots t CROSS JOIN price_rows p ON p.slot = t.slot AND p.market = m.market
        WHERE t.slot >= (SELECT slot FROM complete)
        ${condition === "traded" ? sql`AND (p.volume > 0 OR p.open_interest > 0)` : sql``}
      )
    )
    ORDER BY n.ticker
  `

  /** One whose row says `active` still, but that has left the listing, has closed too: nobody has said so yet. */
  const closedSince = (since: SlotSeconds) => sql<Names>`
    SELECT n.ticker FROM market_rows m
    JOIN market_numbers n ON n.market = m.market
    JOIN market_rows_seen s ON s.market = m.market
    WHERE ${isNoCombo} AND (coalesce(m.status, '') NOT IN ('active', 'initialized') AND m.close_time >= ${timeText(since)}
      OR m.status = 'active' AND s.observed_at >= ${timeText(since)} AND s.observed_at < (${newestRun(MARKETS_FEED, sql`true`)}))
    ORDER BY n.ticker
  `

  /**
   * Not settled, and last described before the newest complete walk through the listings that should hold it:
   * those of open markets, or of paused and closed ones.
   */
  const astray = (slot: SlotSeconds) => sql<Names>`
    SELECT n.ticker FROM market_rows m
    JOIN market_numbers n ON n.market = m.market
    JOIN market_rows_seen s ON s.market = m.market
    WHERE ${isNoCombo} AND coalesce(m.status, '') NOT IN ('finalized', 'settled', 'initialized')
      AND s.observed_at >= ${timeText(slot - ASTRAY_SECONDS_MAX)}
      AND s.observed_at < CASE m.status
        WHEN 'active' THEN (${newestRun(MARKETS_FEED, sql`slot <= ${slotText(slot)}`)})
        ELSE (${newestRun(states.name, sql`slot < ${slotText(slot)}`)})
      END
    ORDER BY n.ticker
  `

  /** What has been asked for in vain for a day is not on the exchange. */
  const eventless = (slot: SlotSeconds) => sql<Names>`
    SELECT DISTINCT m.event_ticker AS ticker FROM market_rows m
    JOIN market_rows_seen s ON s.market = m.market
    WHERE m.event_ticker NOT IN (SELECT event_ticker FROM event_rows) AND m.event_ticker <> ''
      AND ${isNoCombo} AND s.observed_at >= ${timeText(slot - ASTRAY_SECONDS_MAX)}
    ORDER BY m.event_ticker
  `

  const namesOf = ({ roster, slot, watermark }: RosterOf) => {
    const queries: Readonly<Record<Kind, () => Effect.Effect<ReadonlyArray<Names>, SqlError.SqlError>>> = {
      open: () => listed("all"),
      traded: () => listed("traded"),
      trading: () =>
        Effect.zipWith(
          listed("traded"),
          closedSince((watermark ?? slot - ASTRAY_SECONDS_MAX) - UNFINISHED_SECONDS_MAX),
          (open, closed) => [...open, ...closed]
        ),
      astray: () => astray(slot),
      eventless: () => eventless(slot)
    }
    return queries[roster]()
  }

  const knownMarket = sql`SELECT 1 FROM market_rows LIMIT 1`

  return Roster.of({
    tickers: (of) =>
      Effect.gen(function* () {
        const known = yield* knownMarket
        if (known.length === 0 && !asksForSome.has(of.roster))
          return yield* new NothingListed({ feed: of.feed })
        const rows = yield* namesOf(of)
        return [...new Set(rows.map(({ ticker }) => ticker))].sort()
      }).pipe(storage("naming markets to ask about"))
  })
})

export const layer = Layer.effect(Roster, make)
