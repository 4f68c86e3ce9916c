/** The rows of the benchmark's lake, in the words of DuckDB. */
import { marketHistory } from "../../src/domain/read/markets/table.ts"
import { priceSnapshots } from "../../src/domain/read/prices/table.ts"
import { trades } from "../../src/domain/read/trades/table.ts"
import type { PublicTable } from "../../src/domain/read/view.ts"
import { columnsOf, sqlType } from "../../src/layers/duckdb/staging/kinds.ts"
import {
  closeOf,
  MARKETS,
  MARKETS_OF_EVENT,
  MARKETS_OF_SERIES,
  PAGES_OF_SLOT,
  type Part,
  type Sizes,
  SLOT_SECONDS,
  settledOf,
  timeOf
} from "./sizes.ts"

const CATEGORIES = [
  "Climate and Weather",
  "Companies",
  "Crypto",
  "Economics",
  "Elections",
  "Entertainment",
  "Financials",
  "Politics",
  "Sports",
  "World"
]

const micros = (seconds: string | number): string => `make_timestamptz((${seconds})::BIGINT * 1000000)`

/** The bid of a market in a slot: about a tenth of the markets moves from one slot to the next. */
const bidIn = (slot: string): string => `(hash(market, (${slot} + moves) // 10) % 100)::INTEGER`

/** A number from 0 to 1 that is the same for the same values. */
const chanceOf = (values: string): string => `((hash(${values}) % 1000000) / 1000000.0)`

/** A market ends as its price an hour before the close says how often, so that prices are calibrated by design. */
export const createMarkets = (sizes: Sizes): string => `
  CREATE TABLE markets AS
  SELECT *, ${chanceOf("ticker, 'result'")} < (${bidIn(String(sizes.slots - 3))} + 0.5) / 100 AS won
  FROM (
    SELECT (i - 1)::BIGINT AS market, (hash(i) % 10)::BIGINT AS moves,
      'KX' || upper(left(md5((i // ${MARKETS_OF_SERIES})::VARCHAR), 6)) AS series_ticker,
      series_ticker || '-26NOV' || (i // ${MARKETS_OF_EVENT} % 100) AS event_ticker,
      event_ticker || '-T' || i AS ticker,
      ([${CATEGORIES.map((name) => `'${name}'`).join(", ")}])[1 + i // ${MARKETS_OF_SERIES} % ${CATEGORIES.length}] AS category
    FROM range(1, ${MARKETS + 1}) AS numbers(i)
  ) ORDER BY ticker`

/** Selects the columns of a table; those without an expression are NULL. */
const select = (
  table: PublicTable,
  values: Readonly<Record<string, string>>,
  from: string,
  order: string
): string => {
  const names = [...new Set([...columnsOf(table), "seq"])]
  const columns = names.map((name) =>
    name in table.columns
      ? `(${values[name] ?? "NULL"})::${sqlType(table, name)} AS "${name}"`
      : `(${values[name]})::BIGINT AS "${name}"`
  )
  return `SELECT ${columns.join(", ")} FROM ${from} ORDER BY ${order}`
}

/** The quotes of all markets in a range of slots. */
export const quotesSql = ({ from, to }: Pick<Part, "from" | "to">): string => {
  const isTwoSided = "bid > 0 AND bid < 99"
  const values = {
    ticker: "ticker",
    snapshot_time: micros(`${timeOf(0)} + slot * ${SLOT_SECONDS}`),
    yes_bid: "bid",
    yes_ask: "bid + 1",
    no_bid: "99 - bid",
    no_ask: "100 - bid",
    last_price: "bid",
    volume: "slot * (1 + market % 17)",
    volume_24h: "bid * 3",
    open_interest: "bid * 11",
    yes_bid_size: "bid * 5",
    yes_ask_size: "(100 - bid) * 7",
    midpoint: `CASE WHEN ${isTwoSided} THEN bid + 0.5 END`,
    spread: `CASE WHEN ${isTwoSided} THEN 1 END`,
    observed_at: `make_timestamptz((${timeOf(0)} + slot * ${SLOT_SECONDS})::BIGINT * 1000000 + market // 1000 * 310000)`,
    seq: `1 + slot * ${PAGES_OF_SLOT} + market // 1000`
  }
  const source = `(SELECT *, ${bidIn("slot")} AS bid FROM markets, range(${from}, ${to}) AS slots(slot))`
  return select(priceSnapshots, values, source, "ticker, snapshot_time")
}

/**
 * The trades of a range of slots. They are evenly spread in time, and few markets have most of them. The price is that
 * of the quote; most are small.
 */
export const tradesSql = (
  { from, to }: Pick<Part, "from" | "to">,
  { slots, trades: count }: Sizes
): string => {
  const first = Math.floor((from * count) / slots)
  const last = Math.floor((to * count) / slots)
  const values = {
    trade_id: "md5(n::VARCHAR)::UUID::VARCHAR",
    ticker: "ticker",
    created_time: "make_timestamptz(created)",
    yes_price: "price",
    no_price: "100 - price",
    count: `1 + floor(1000 * pow(${chanceOf("n, 'count'")}, 4))`,
    taker_side: "side",
    is_block_trade: "false",
    seq: `1 + slot * ${PAGES_OF_SLOT}`
  }
  const source = `(
    SELECT n, created, slot, ticker, side,
      CASE side WHEN 'yes' THEN least(99, 1 + ${bidIn("slot")}) ELSE greatest(1, ${bidIn("slot")}) END AS price
    FROM (
      SELECT n, ${timeOf(0)}::BIGINT * 1000000 + n * ${SLOT_SECONDS * slots} * 1000 // ${count} * 1000 + n % 1000 AS created,
        n * ${slots} // ${count} AS slot, floor(${MARKETS} * pow(${chanceOf("n")}, 3))::BIGINT AS market,
        CASE WHEN hash(n, 'side') % 5 < 3 THEN 'yes' ELSE 'no' END AS side
      FROM range(${first}, ${last}) AS numbers(n)
    ) JOIN markets USING (market)
  )`
  return select(trades, values, source, "ticker, created_time, trade_id")
}

/** The text of the description of a market. */
const described = {
  ticker: "ticker",
  event_ticker: "event_ticker",
  market_type: "'binary'",
  title: "'Will the value of ' || event_ticker || ' be above ' || market % 10 || '?'",
  yes_sub_title: "market % 10 || ' or above'",
  no_sub_title: "market % 10 || ' or above'",
  notional_value: "100",
  strike_type: "'greater'",
  floor_strike: "market % 10",
  price_level_structure: "'linear_cent'",
  can_close_early: "true",
  open_time: micros(timeOf(0)),
  rules_primary:
    "'If the value of ' || event_ticker || ' is above the strike, then the market resolves to Yes.'"
}

/** Each market as it was described in the first slot, and after it had settled. */
export const versionsSql = (sizes: Sizes): string => {
  const close = micros(closeOf(sizes))
  const values = {
    ...described,
    status: "CASE settled WHEN 1 THEN 'finalized' ELSE 'active' END",
    result: "CASE WHEN settled = 0 THEN '' WHEN won THEN 'yes' ELSE 'no' END",
    settlement_value: "CASE WHEN settled = 1 THEN won::INTEGER * 100 END",
    settlement_ts: `CASE WHEN settled = 1 THEN ${micros(settledOf(sizes))} END`,
    close_time: close,
    expiration_time: close,
    observed_at: `CASE settled WHEN 1 THEN ${micros(settledOf(sizes))} ELSE ${micros(timeOf(0))} END`,
    seq: `1 + settled * ${(sizes.slots + 1) * PAGES_OF_SLOT}`
  }
  return select(marketHistory, values, "markets, range(2) AS versions(settled)", "ticker, observed_at, seq")
}

/** The markets as SQLite gets them, one row each. */
export const describedSql = `
  SELECT market, ticker, event_ticker, series_ticker, category, won, ${described.title} AS title,
    ${described.yes_sub_title} AS yes_sub_title, ${described.rules_primary} AS rules
  FROM markets ORDER BY market`
