/**
 * SHAPES TABLES. Rebuilt from the log at will: change it freely, and raise the version of its projection.
 *
 * Tickers are written once, in `market_numbers`; every other table says the number. So are the long texts that
 * markets share, in `shared_texts`. Entity tables have a slim `_seen` beside them, which is all that a listing of
 * unchanged markets touches.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`CREATE TABLE market_numbers (market INTEGER PRIMARY KEY, ticker TEXT NOT NULL UNIQUE) STRICT`

  // Texts can be long: they are found by their digest.
  yield* sql`
    CREATE TABLE shared_texts (
      text INTEGER PRIMARY KEY,
      digest TEXT NOT NULL UNIQUE,
      content TEXT NOT NULL
    ) STRICT
  `

  yield* sql`
    CREATE TABLE market_rows (
      market INTEGER PRIMARY KEY,
      event_ticker TEXT,
      market_type TEXT,
      title TEXT,
      subtitle TEXT,
      yes_sub_title TEXT,
      no_sub_title TEXT,
      category TEXT,
      status TEXT,
      result TEXT,
      settlement_value NUMERIC,
      settlement_ts TEXT,
      created_time TEXT,
      updated_time TEXT,
      open_time TEXT,
      close_time TEXT,
      expiration_time TEXT,
      latest_expiration_time TEXT,
      expected_expiration_time TEXT,
      occurrence_datetime TEXT,
      settlement_timer_seconds INTEGER,
      expiration_value TEXT,
      can_close_early INTEGER,
      early_close_condition INTEGER,
      strike_type TEXT,
      floor_strike NUMERIC,
      cap_strike NUMERIC,
      custom_strike TEXT,
      price_level_structure TEXT,
      price_ranges INTEGER,
      mve_collection_ticker TEXT,
      mve_selected_legs TEXT,
      settlement_bounds_type TEXT,
      settlement_floor NUMERIC,
      is_provisional INTEGER,
      exchange_index INTEGER,
      rules_primary INTEGER,
      rules_secondary INTEGER
    )
  `
  yield* sql`CREATE INDEX market_rows_by_event ON market_rows (event_ticker, market)`
  yield* sql`CREATE INDEX market_rows_by_status ON market_rows (status, close_time)`
  // What is open or unsettled is little, and stays little while the past of an event or a series grows.
  yield* sql`CREATE INDEX market_rows_open ON market_rows (event_ticker, market) WHERE status = 'active'`
  yield* sql`CREATE INDEX market_rows_unsettled ON market_rows (close_time) WHERE coalesce(status, '') NOT IN ('finalized', 'settled')`
  yield* sql`
    CREATE TABLE market_rows_seen (
      market INTEGER PRIMARY KEY,
      final INTEGER NOT NULL,
      observed_at TEXT NOT NULL,
      seq INTEGER NOT NULL,
      digest TEXT NOT NULL
    ) STRICT
  `

  yield* sql`
    CREATE TABLE event_rows (
      event_ticker TEXT PRIMARY KEY,
      series_ticker TEXT,
      title TEXT,
      sub_title TEXT,
      category TEXT,
      mutually_exclusive INTEGER,
      collateral_return_type TEXT,
      strike_date TEXT,
      strike_period TEXT,
      last_updated_ts TEXT,
      exchange_index INTEGER
    ) WITHOUT ROWID
  `
  yield* sql`CREATE INDEX event_rows_by_series ON event_rows (series_ticker)`
  yield* sql`
    CREATE TABLE event_rows_seen (
      event_ticker TEXT PRIMARY KEY,
      final INTEGER NOT NULL,
      observed_at TEXT NOT NULL,
      seq INTEGER NOT NULL,
      digest TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
  `

  // A category is the market's own, or its event's, or that of the series (0107), which is the one that stays.
  yield* sql`
    CREATE VIEW events AS
    SELECT
      e.event_ticker, e.series_ticker, e.title, e.sub_title,
      coalesce(nullif(e.category, ''), r.category, e.category) AS category, e.mutually_exclusive,
      e.collateral_return_type, e.strike_date, e.strike_period, e.last_updated_ts, e.exchange_index,
      s.observed_at
    FROM event_rows e
    JOIN event_rows_seen s ON s.event_ticker = e.event_ticker
    LEFT JOIN series_rows r ON r.series_ticker = e.series_ticker
  `
  // A market that was in neither tier (0111) since it was last seen keeps its last words, and says when that was.
  const shared = (column: string) =>
    sql.literal(`(SELECT content FROM shared_texts WHERE text = m.${column}) AS ${column}`)
  yield* sql`
    CREATE VIEW markets AS
    SELECT
      n.ticker, m.event_ticker, e.series_ticker,
      coalesce(nullif(m.category, ''), nullif(e.category, ''), r.category, e.category) AS category,
      m.market_type, m.title, m.subtitle, m.yes_sub_title, m.no_sub_title, m.status, m.result,
      m.settlement_value, m.settlement_ts, m.created_time, m.updated_time, m.open_time, m.close_time,
      m.expiration_time, m.latest_expiration_time, m.expected_expiration_time, m.occurrence_datetime,
      m.settlement_timer_seconds, m.expiration_value, m.can_close_early,
      ${shared("early_close_condition")},
      m.strike_type, m.floor_strike, m.cap_strike, m.custom_strike, m.price_level_structure,
      ${shared("price_ranges")}, m.mve_collection_ticker, m.settlement_bounds_type, m.settlement_floor, m.is_provisional,
      m.exchange_index,
      ${shared("rules_primary")},
      ${shared("rules_secondary")},
      s.observed_at,
      CASE WHEN l.asked_at > s.observed_at AND a.asked_at > s.observed_at
        THEN max(l.asked_at, a.asked_at) END AS not_found_at
    FROM market_rows m
    JOIN market_numbers n ON n.market = m.market
    JOIN market_rows_seen s ON s.market = m.market
    LEFT JOIN event_rows e ON e.event_ticker = m.event_ticker
    LEFT JOIN series_rows r ON r.series_ticker = e.series_ticker
    LEFT JOIN market_absences l ON l.market = m.market AND l.tier = 'live'
    LEFT JOIN market_absences a ON a.market = m.market AND a.tier = 'archive'
  `

  // The legs of a combo are sent only with the combo, so they are stored in its row. Dollars are rounded to
  // whole ten-thousandths of a cent, because a double multiplied by 100 can be off in the last digit.
  yield* sql`
    CREATE VIEW combo_legs AS
    SELECT
      n.ticker, l.key + 1 AS leg, l.value ->> 'event_ticker' AS leg_event_ticker,
      l.value ->> 'market_ticker' AS leg_ticker, l.value ->> 'side' AS side,
      round(CAST(l.value ->> 'yes_settlement_value_dollars' AS REAL) * 1000000) / 10000 AS yes_settlement_value
    FROM market_rows m
    CROSS JOIN json_each(m.mve_selected_legs) l
    CROSS JOIN market_numbers n ON n.market = m.market
    WHERE m.mve_selected_legs IS NOT NULL
  `
})
