/** The SQL of the report `returns`: what takers and makers paid, and what they got. */
import { MAKER_SHARES, TAKER_RATE } from "../../../domain/fee.ts"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { busyMarkets, CATEGORY, isOfPopulation, isWithin } from "../population.ts"

/** All trades of the time with their markets and payouts, and the reason for which a trade is left out. */
const judged = (filters: ReportFilters): string => `
  busy AS (${busyMarkets(filters)}),
  judged AS (
    SELECT t.ticker, t.created_time, t.yes_price, t.no_price, t.count AS contracts, t.taker_side, s.yes_payout,
      m.event_ticker, m.series_ticker, ${CATEGORY} AS category, m.fee_waiver_expiration_time AS waived_until,
      CASE
        WHEN NOT coalesce(${isOfPopulation(filters)}, false) THEN 'of markets that the filters leave out'
        ${filters.minVolume === undefined ? "" : "WHEN t.ticker NOT IN (SELECT ticker FROM busy) THEN 'of markets with fewer contracts than --min-volume'"}
        WHEN m.ticker IS NULL THEN 'of markets without a description'
        WHEN s.ticker IS NULL THEN 'of markets that have not settled'
        WHEN s.yes_payout IS NULL THEN 'of markets whose payout the exchange did not send'
        WHEN t.taker_side IS NULL THEN 'without the side of the taker'
        WHEN t.yes_price IS NULL OR t.no_price IS NULL OR t.count IS NULL THEN 'without a readable price or count'
      END AS excluded
    FROM trades t LEFT JOIN markets m ON m.ticker = t.ticker LEFT JOIN settlements s ON s.ticker = t.ticker
    WHERE ${isWithin("t.created_time", filters)}
  )`

export const exclusions = (filters: ReportFilters): string => `
  WITH ${judged(filters)}
  SELECT excluded, count(*) AS trades, count(*) FILTER (yes_payout NOT IN (0, 100)) AS scalar
  FROM judged GROUP BY 1 ORDER BY 2 DESC, 1`

/**
 * The fee rates of a trade are those that held when it was made: of its event, where that has its own, else of its series.
 * Periods of one series or event do not overlap, so a trade has at most one of each.
 */
const rated = `
  fees AS (
    SELECT series_ticker, event_ticker, coalesce(begins, '-infinity'::TIMESTAMPTZ) AS begins,
      coalesce(ends, 'infinity'::TIMESTAMPTZ) AS ends, fee_type, fee_multiplier
    FROM fee_periods
  ),
  rated AS (
    SELECT j.*, coalesce(e.fee_type, s.fee_type) AS fee_type, coalesce(e.fee_multiplier, s.fee_multiplier) AS fee_multiplier
    FROM (SELECT * FROM judged WHERE excluded IS NULL) j
      LEFT JOIN (SELECT * FROM fees WHERE event_ticker IS NULL) s
        ON s.series_ticker = j.series_ticker AND s.begins <= j.created_time AND s.ends > j.created_time
      LEFT JOIN (SELECT * FROM fees WHERE event_ticker IS NOT NULL) e
        ON e.event_ticker = j.event_ticker AND e.begins <= j.created_time AND e.ends > j.created_time
  )`

/** The rate of a role by the type and the multiplier of the fee; NULL of a type whose fee is not known. */
const rateOf = (role: "taker" | "maker"): string => {
  const shares = Object.entries(MAKER_SHARES).map(
    ([type, share]) => `WHEN '${type}' THEN ${role === "taker" ? 1 : share}`
  )
  return `${TAKER_RATE} * fee_multiplier * CASE fee_type ${shares.join(" ")} END`
}

/**
 * Both sides of each trade with its fee in cents a contract. A trade is one fill, and its fee is that of an order of its
 * size: the exchange does not say which fills belong to one order. The fee is computed once for all trades of the same
 * rate, price and count, since its exact arithmetic takes far longer than a join.
 */
const sided = `
  orders AS (
    SELECT DISTINCT unnest([yes_price, 100 - yes_price, no_price, 100 - no_price]) AS price, contracts
    FROM (SELECT DISTINCT yes_price, no_price, count AS contracts FROM trades WHERE count >= 0)
  ),
  rates AS (
    SELECT DISTINCT unnest([0, ${rateOf("taker")}, ${rateOf("maker")}]) AS rate
    FROM (SELECT DISTINCT fee_type FROM fees), (SELECT DISTINCT fee_multiplier FROM fees)
  ),
  charges AS MATERIALIZED (
    SELECT rate, price, contracts, order_fee(rate, price, contracts) * 100 / nullif(contracts, 0) AS fee
    FROM rates, orders WHERE price BETWEEN 0 AND 100
  ),
  priced AS (
    SELECT event_ticker, category, contracts,
      CASE taker_side WHEN 'yes' THEN yes_price ELSE no_price END AS price,
      CASE taker_side WHEN 'yes' THEN yes_payout ELSE 100 - yes_payout END AS payout,
      CASE WHEN waived_until > created_time THEN 0 ELSE ${rateOf("taker")} END AS taker_rate,
      CASE WHEN waived_until > created_time THEN 0 ELSE ${rateOf("maker")} END AS maker_rate
    FROM rated
  ),
  sides AS (
    SELECT 'taker' AS role, event_ticker, category, p.contracts, p.price, payout, c.fee, taker_rate AS rate
    FROM priced p LEFT JOIN charges c ON c.rate = p.taker_rate AND c.price = p.price AND c.contracts = p.contracts
    UNION ALL
    SELECT 'maker', event_ticker, category, p.contracts, 100 - p.price, 100 - payout, c.fee, maker_rate
    FROM priced p LEFT JOIN charges c ON c.rate = p.maker_rate AND c.price = 100 - p.price AND c.contracts = p.contracts
  )`

/** The effective number of events of which a part is expected, as `effectiveOutcomes` in `domain/statistics` has it. */
const outcomesOf = (part: string, whole: string): string =>
  `coalesce(sum(${part}) ** 2 / nullif(sum(${whole} * ${part}), 0), 0)`

/**
 * A mean over trades with weights, from sums over events: the mean, the effective number of events, that of events in
 * which contracts are expected to win, or to lose, whichever is less, and the error of the mean but for the factor for
 * few events. `won` is what is expected of `staked`.
 */
const meanOf = (
  name: string,
  { staked, values, weights, won }: Readonly<Record<"values" | "weights" | "won" | "staked", string>>
): string => {
  const mean = `sum(${values}) / nullif(sum(${weights}), 0)`
  return `${mean} AS ${name}, sum(${weights}) ** 2 / nullif(sum(${weights} ** 2), 0) AS ${name}_effective,
    least(${outcomesOf(won, staked)}, ${outcomesOf(`(${staked} - ${won})`, staked)}) AS ${name}_outcomes,
    sqrt(greatest(0, sum(${values} ** 2) - 2 * ${mean} * sum(${values} * ${weights}) + (${mean}) ** 2 * sum(${weights} ** 2)))
      / nullif(sum(${weights}), 0) AS ${name}_spread`
}

/** The sums over the trades of an event. The trades are read once, and all other sums are made of these. */
const SUMS: Readonly<Record<string, string>> = {
  trades: "count(*)::DOUBLE",
  contracts: "sum(contracts)",
  priced_bets: "sum(100 / nullif(price, 0))",
  price: "sum(price)::DOUBLE",
  payout: "sum(payout)::DOUBLE",
  paid: "sum(contracts * price)::DOUBLE",
  received: "sum(contracts * payout)::DOUBLE",
  excess: "sum(payout - price)::DOUBLE",
  gross: "sum((payout - price) / nullif(price, 0))",
  priced: "count(*) FILTER (price > 0)::DOUBLE",
  charged: "count(*) FILTER (fee IS NOT NULL AND price > 0)::DOUBLE",
  gross_charged: "sum((payout - price) / nullif(price, 0)) FILTER (fee IS NOT NULL)",
  fee_high: "sum(fee / nullif(price, 0))",
  fee_low: "sum(rate * (100 - price) / 100) FILTER (fee IS NOT NULL AND price > 0)",
  fees_high: "sum(contracts * fee)::DOUBLE",
  fees_low: "sum(contracts * rate * price * (100 - price) / 100) FILTER (fee IS NOT NULL)",
  paid_charged: "sum(contracts * price) FILTER (fee IS NOT NULL)::DOUBLE",
  received_charged: "sum(contracts * payout) FILTER (fee IS NOT NULL)::DOUBLE"
}

const listOf = (columns: ReadonlyArray<readonly [string, string]>): string =>
  columns.map(([name, sql]) => `${sql} AS ${name}`).join(", ")

/**
 * The measures by role, by role and band of the price that the role paid, and by role and category. A fee is at least
 * that of the formula, which a large order of many fills nearly pays, and at most the one of an order of the size of the
 * trade.
 */
export const returns = (filters: ReportFilters): string => `
  WITH ${judged(filters)}, ${rated}, ${sided},
  parts AS (
    SELECT role, ceil(price / 10)::INTEGER AS band, category, event_ticker, ${listOf(Object.entries(SUMS))}
    FROM sides GROUP BY ALL
  ),
  events AS (
    SELECT role, band, category, event_ticker, ${listOf(Object.keys(SUMS).map((name) => [name, `sum(${name})`]))}
    FROM parts GROUP BY GROUPING SETS ((role, event_ticker), (role, band, event_ticker), (role, category, event_ticker))
  )
  SELECT role, band, category, count(*) AS events, sum(trades) AS trades, sum(contracts) AS contracts, sum(priced) AS priced,
    sum(price) / sum(trades) AS mean_price, sum(payout) / sum(trades) AS mean_payout,
    ${meanOf("excess", { values: "excess", weights: "trades", won: "price / 100", staked: "trades" })},
    ${meanOf("excess_by_contract", { values: "(received - paid)", weights: "contracts", won: "paid / 100", staked: "contracts" })},
    ${meanOf("gross", { values: "gross", weights: "priced", won: "priced", staked: "priced_bets" })},
    ${meanOf("gross_by_dollar", { values: "(received - paid)", weights: "paid", won: "paid / 100", staked: "contracts" })},
    sum(charged) AS trades_with_fee,
    sum(fee_low) / nullif(sum(charged), 0) AS fee_low, sum(fee_high) / nullif(sum(charged), 0) AS fee_high,
    (sum(gross_charged) - sum(fee_high)) / nullif(sum(charged), 0) AS net_low,
    (sum(gross_charged) - sum(fee_low)) / nullif(sum(charged), 0) AS net_high,
    (sum(received_charged) - sum(fees_high)) / nullif(sum(paid_charged), 0) - 1 AS net_by_dollar_low,
    (sum(received_charged) - sum(fees_low)) / nullif(sum(paid_charged), 0) - 1 AS net_by_dollar_high
  FROM events GROUP BY role, band, category ORDER BY role DESC, band, sum(trades) DESC, category`
