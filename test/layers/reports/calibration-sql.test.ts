/**
 * The sample of the calibration report against a computation that goes over markets one by one. The recordings are
 * random and small, with all that goes wrong: closes that move, gaps, empty books, trades at the same time.
 */
import { DuckDBInstance } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import type { CalibrationOptions } from "../../../src/domain/reports/calibration/options.ts"
import { NO_FILTERS } from "../../../src/domain/reports/filters.ts"
import { seeded } from "../../../src/domain/statistics/random.ts"
import { sampleOfRows } from "../../../src/layers/reports/calibration/calibration.ts"
import { PUT_OFF_DAYS_MAX } from "../../../src/layers/reports/calibration/prices-sql.ts"
import { feedOf, marketsSql, sampleSql } from "../../../src/layers/reports/calibration/sql.ts"

const HOUR = 3600
const DAY = 24 * HOUR
const SLOT = HOUR / 2
const START = Date.parse("2026-12-28T00:00:00Z") / 1000
const END = START + 60 * DAY

/** Times are seconds; NULL is unknown. */
interface Version {
  readonly knownFrom: number
  readonly close: number | null
}

interface Quote {
  readonly slot: number
  readonly observedAt: number
  readonly bid: number | null
  readonly ask: number | null
  readonly volume: number | null
}

interface Trade {
  readonly at: number
  readonly id: string
  readonly price: number
  readonly count: number
}

interface Market {
  readonly ticker: string
  readonly event: string
  readonly series: string
  readonly category: string | null
  readonly exclusive: boolean | null
  readonly strikeType: string | null
  readonly combo: boolean
  readonly open: number
  readonly close: number
  readonly result: string | null
  readonly payout: number | null
  readonly versions: ReadonlyArray<Version>
  readonly quotes: ReadonlyArray<Quote>
  readonly trades: ReadonlyArray<Trade>
}

interface Run {
  readonly slot: number
  readonly startedAt: number
  readonly finishedAt: number
  readonly status: string
}

interface Recording {
  readonly markets: ReadonlyArray<Market>
  readonly runs: ReadonlyArray<Run>
}

const HORIZONS = [HOUR, 6 * HOUR, 3 * DAY]

/** Quotes at other times would be read and not used. */
const isNearMoment = (slot: number, versions: ReadonlyArray<Pick<Version, "close">>): boolean =>
  versions.some(({ close }) => HORIZONS.some((horizon) => Math.abs((close ?? 0) - horizon - slot) < 3 * HOUR))

const recordingOf = (seed: number): Recording => {
  const random = seeded(seed)
  const whole = (low: number, high: number) => low + Math.floor(random() * (high - low + 1))
  const oneOf = <A>(...list: ReadonlyArray<A>): A => list[Math.floor(random() * list.length)] as A
  const runs: Array<Run> = []
  // Outages last for hours, so that whole windows are in a gap; before the tenth day nothing was recorded.
  for (let slot = START + 10 * DAY, out = 0; slot < END; slot += SLOT, out--) {
    if (random() < 0.02) out = whole(1, 12)
    const status = out > 0 ? oneOf("failed", "missed", "skipped") : "complete"
    // A slow run ends just before the one after it, at the same time, or later.
    const took = random() < 0.06 ? SLOT + oneOf(9, 59, 90) : 59
    runs.push({ slot, startedAt: slot + 1, finishedAt: slot + took, status })
  }
  const markets = Array.from({ length: 220 }, (_, n): Market => {
    const event = `KX${n % 3}-${Math.floor(n / 4)}`
    const open = START + whole(0, 40) * DAY
    const planned = open + whole(1, 15) * DAY + whole(0, 47) * SLOT
    const firstKnown = random() < 0.15 ? planned + HOUR : open - whole(0, 2) * HOUR + 30
    const versions: Array<Version> = [{ knownFrom: firstKnown, close: random() < 0.03 ? null : planned }]
    let close = planned
    for (let moves = random() < 0.5 ? whole(1, 4) : 0; moves > 0; moves--) {
      const knownFrom = (versions.at(-1)?.knownFrom ?? 0) + oneOf(1, 2, 6, 9, -4) * DAY + whole(0, 9)
      close = random() < 0.5 ? knownFrom - whole(0, HOUR) : close + oneOf(HOUR, DAY)
      versions.push({ knownFrom, close })
    }
    if (versions.length === 1 && firstKnown < open && random() < 0.2) {
      // The market closes before the moment an hour before its close, and this becomes known after that moment.
      close = planned - HOUR - whole(1, 1800)
      versions.push({ knownFrom: planned - HOUR + whole(1, 1800), close })
    }
    if (versions.length === 1 && firstKnown < open && random() < 0.2) {
      // The close is put off shortly before it comes.
      close = planned + 45 * DAY
      versions.push({ knownFrom: planned - HOUR / 2, close })
    }
    const listed = runs.filter(
      ({ slot, status }) => slot >= open && slot < close && (status === "complete" || random() < 0.2)
    )
    const paused = random() < 0.1
    const quotes = listed
      .filter(({ slot }) => isNearMoment(slot, [...versions, { close }]))
      .filter(({ slot }) => !(paused && slot > close - 2 * DAY) && random() < 0.97)
      .map(({ finishedAt, slot }): Quote => {
        const bid = random() < 0.3 ? 0 : whole(1, 98)
        const ask = random() < 0.3 ? 100 : Math.min(99, bid + whole(1, 9))
        return {
          slot,
          observedAt: whole(slot + 2, Math.min(finishedAt, slot + SLOT)),
          bid: random() < 0.02 ? null : bid,
          ask: random() < 0.02 ? null : ask,
          volume: random() < 0.05 ? null : whole(0, 40) / 2
        }
      })
    const trades = Array.from(
      { length: random() < 0.2 ? 0 : whole(1, 12) },
      (_, trade): Trade => ({
        at: whole(open / HOUR, close / HOUR) * HOUR,
        id: `${whole(100, 999)}-${n}-${trade}`,
        price: whole(1, 99) + oneOf(0, 0.25),
        count: whole(1, 30)
      })
    ).flatMap((trade) => (random() < 0.4 ? [trade, { ...trade, id: `0${trade.id}`, price: 50 }] : [trade]))
    const result = oneOf("yes", "no", "no", "scalar", null, "yes", "no")
    return {
      ticker: `${event}-${n}`,
      event,
      series: `KX${n % 3}`,
      category: oneOf("Crypto", "Sports", null),
      exclusive: Math.floor(n / 4) % 5 === 0 ? true : Math.floor(n / 4) % 5 === 1 ? null : false,
      strikeType: oneOf("greater", "less_or_equal", "between", null),
      combo: n % 20 === 0,
      open,
      close,
      result,
      payout:
        result === "yes" ? (random() < 0.1 ? 40 : 100) : result === "no" ? oneOf(0, null) : result && 50,
      versions,
      quotes,
      trades
    }
  })
  return { markets, runs }
}

/** An answer as one line: the ticker is not in it, as it is not in the report. */
type Line = string

interface Expected {
  readonly priced: ReadonlyArray<Line>
  readonly excluded: Readonly<Record<string, number>>
}

const momentOf = (market: Market, horizon: number, options: CalibrationOptions): number | string => {
  if (options.before === "actual") return market.close - horizon
  const known = market.versions.filter(({ close }) => close !== null)
  const moments = known.flatMap(({ close, knownFrom }, n) => {
    const moment = (close ?? 0) - horizon
    const isReplaced = known.slice(n + 1).some((later) => later.knownFrom <= moment)
    return knownFrom <= moment && !isReplaced ? [moment] : []
  })
  if (moments.length > 0) return Math.min(...moments)
  const [first] = known
  return first === undefined ||
    (first.close ?? 0) - horizon < Math.min(...known.map(({ knownFrom }) => knownFrom))
    ? "not_yet_known"
    : "brought_forward"
}

interface Price {
  readonly low: number
  readonly high: number
  readonly volume: number | null
}

const quoteAt = (
  market: Market,
  moment: number,
  { runs }: Recording,
  { maxAgeSeconds = Number.POSITIVE_INFINITY, price }: CalibrationOptions
): Price | string => {
  const oldest = moment - maxAgeSeconds
  const seen = market.quotes.filter(({ observedAt }) => observedAt <= moment && observedAt > oldest)
  const newest = seen.reduce<Quote | undefined>(
    (best, quote) => (best === undefined || quote.observedAt > best.observedAt ? quote : best),
    undefined
  )
  if (newest === undefined) {
    const complete = runs.filter(({ finishedAt, status }) => status === "complete" && finishedAt <= moment)
    if (complete.some(({ startedAt }) => startedAt > oldest)) return "not_listed"
    if (runs.some(({ slot }) => slot <= moment && slot > oldest)) return "gap"
    return complete.length === 0 ? "none" : "too_old"
  }
  const { ask, bid, volume } = newest
  if (bid === null || ask === null) return "unreadable"
  if (bid === 0 && ask === 100) return "empty"
  return price === "mid"
    ? { low: (bid + ask) / 2, high: (bid + ask) / 2, volume }
    : { low: bid, high: ask, volume }
}

const tradeAt = (
  market: Market,
  moment: number,
  { maxAgeSeconds = Number.POSITIVE_INFINITY }: CalibrationOptions
): Price | string => {
  const made = market.trades.filter(({ at }) => at <= moment)
  const [last] = [...made].sort((one, other) => other.at - one.at || (one.id < other.id ? 1 : -1))
  if (last === undefined) return "none"
  if (last.at <= moment - maxAgeSeconds) return "too_old"
  const volume = made.reduce((sum, { count }) => sum + count, 0)
  return { low: last.price, high: last.price, volume }
}

const relationOf = ({ exclusive, strikeType }: Market): number => {
  if (exclusive === true) return 1
  return strikeType === "greater" ? 2 : strikeType === "less_or_equal" ? 3 : 0
}

const answerOf = (
  market: Market,
  horizon: number,
  recording: Recording,
  options: CalibrationOptions
): Price | string => {
  const { from, minVolume } = options.filters
  if (market.result === null) return "unsettled"
  if (market.result === "scalar" || market.payout === 40) return "scalar"
  const moment = momentOf(market, horizon, options)
  if (typeof moment === "string") return moment
  if (from !== undefined && moment < Date.parse(from) / 1000 - PUT_OFF_DAYS_MAX * DAY - horizon)
    return "put_off"
  if (moment < market.open) return "not_yet_open"
  if (moment >= market.close) return "closed"
  const price =
    options.price === "last" ? tradeAt(market, moment, options) : quoteAt(market, moment, recording, options)
  if (typeof price === "string" || minVolume === undefined) return price
  return price.volume === null || price.volume < minVolume ? "low_volume" : price
}

const isSelected = (market: Market, { filters }: CalibrationOptions): boolean =>
  (filters.combos === "include" || market.combo === (filters.combos === "only")) &&
  (filters.series.length === 0 || filters.series.includes(market.series)) &&
  (filters.categories.length === 0 ||
    (market.category !== null && filters.categories.includes(market.category))) &&
  (filters.from === undefined || market.close >= Date.parse(filters.from) / 1000) &&
  (filters.to === undefined || market.close < Date.parse(filters.to) / 1000)

const expectedOf = (recording: Recording, options: CalibrationOptions): Expected => {
  const priced: Array<Line> = []
  const excluded: Record<string, number> = {}
  for (const market of recording.markets.filter((one) => isSelected(one, options))) {
    for (const horizon of options.horizons) {
      const answer = answerOf(market, horizon, recording, options)
      if (typeof answer === "string") {
        const key = `${answer} ${horizon}`
        excluded[key] = (excluded[key] ?? 0) + 1
        continue
      }
      const year = new Date(market.close * 1000).getUTCFullYear()
      const { high, low, volume } = answer
      const outcome = market.result === "yes" ? 1 : 0
      priced.push(
        JSON.stringify([
          horizon,
          market.event,
          relationOf(market),
          market.category,
          year,
          volume,
          low,
          high,
          outcome
        ])
      )
    }
  }
  return { priced: priced.sort(), excluded }
}

const time = (seconds: number): string => `to_timestamp(${seconds})`
const text = (value: string | null): string => (value === null ? "NULL" : `'${value}'`)

const TABLES = `
  CREATE TABLE markets (ticker VARCHAR, event_ticker VARCHAR, series_ticker VARCHAR, category VARCHAR,
    mve_collection_ticker VARCHAR, strike_type VARCHAR, open_time TIMESTAMPTZ, close_time TIMESTAMPTZ);
  CREATE TABLE events (event_ticker VARCHAR, mutually_exclusive BOOLEAN);
  CREATE TABLE settlements (ticker VARCHAR, result VARCHAR, yes_payout DECIMAL(9,4));
  CREATE TABLE market_history (ticker VARCHAR, seq BIGINT, close_time TIMESTAMPTZ, observed_at TIMESTAMPTZ);
  CREATE TABLE price_snapshots (ticker VARCHAR, snapshot_time TIMESTAMPTZ, yes_bid DECIMAL(9,4),
    yes_ask DECIMAL(9,4), volume DECIMAL(18,6), observed_at TIMESTAMPTZ);
  CREATE TABLE trades (ticker VARCHAR, trade_id VARCHAR, created_time TIMESTAMPTZ, yes_price DECIMAL(9,4),
    count DECIMAL(18,6));
  CREATE TABLE collection_runs (feed VARCHAR, slot TIMESTAMPTZ, started_at TIMESTAMPTZ, finished_at TIMESTAMPTZ,
    status VARCHAR);`

const insertsOf = ({ markets, runs }: Recording): ReadonlyArray<string> => {
  const rows: Readonly<Record<string, ReadonlyArray<string>>> = {
    markets: markets.map(
      (m) =>
        `'${m.ticker}', '${m.event}', '${m.series}', ${text(m.category)}, ${text(m.combo ? "KXMVE" : null)}, ${text(m.strikeType)}, ${time(m.open)}, ${time(m.close)}`
    ),
    events: [...new Map(markets.map((m) => [m.event, m.exclusive]))].map(
      ([event, flag]) => `'${event}', ${flag}`
    ),
    settlements: markets
      .filter(({ result }) => result !== null)
      .map((m) => `'${m.ticker}', ${text(m.result)}, ${m.payout}`),
    market_history: markets.flatMap((m) =>
      m.versions.map(
        (v, seq) =>
          `'${m.ticker}', ${seq}, ${v.close === null ? "NULL" : time(v.close)}, ${time(v.knownFrom)}`
      )
    ),
    price_snapshots: markets.flatMap((m) =>
      m.quotes.map(
        (q) => `'${m.ticker}', ${time(q.slot)}, ${q.bid}, ${q.ask}, ${q.volume}, ${time(q.observedAt)}`
      )
    ),
    trades: markets.flatMap((m) =>
      m.trades.map((t) => `'${m.ticker}', '${t.id}', ${time(t.at)}, ${t.price}, ${t.count}`)
    ),
    collection_runs: runs.flatMap((r) => [
      `'markets', ${time(r.slot)}, ${time(r.startedAt)}, ${time(r.finishedAt)}, '${r.status}'`,
      `'trades', ${time(r.slot)}, ${time(r.startedAt)}, ${time(r.finishedAt)}, 'complete'`
    ])
  }
  return Object.entries(rows).map(([table, values]) => `INSERT INTO ${table} VALUES (${values.join("), (")})`)
}

const BASE: CalibrationOptions = {
  filters: NO_FILTERS,
  horizons: HORIZONS,
  before: "scheduled",
  price: "mid",
  maxAgeSeconds: HOUR,
  seed: 1
}

const { maxAgeSeconds: _, ...ANY_AGE } = BASE

const ASKED: ReadonlyArray<CalibrationOptions> = [
  BASE,
  { ...BASE, before: "actual" },
  { ...BASE, price: "bid-ask", maxAgeSeconds: 20 * 60 },
  { ...ANY_AGE, price: "last" },
  { ...BASE, before: "actual", price: "last", maxAgeSeconds: 2 * DAY },
  {
    ...BASE,
    filters: {
      ...NO_FILTERS,
      combos: "include",
      series: ["KX1", "KX2"],
      minVolume: 5,
      from: "2027-02-15T00:00:00.000000Z",
      to: "2027-03-20T12:00:00.000000Z"
    }
  },
  { ...BASE, filters: { ...NO_FILTERS, combos: "only" } }
]

/** Returns options with any filters together. Few of them leave no market, which is an answer as well. */
const anyOptions = (random: () => number): CalibrationOptions => {
  const oneOf = <A>(...list: ReadonlyArray<A>): A => list[Math.floor(random() * list.length)] as A
  return {
    ...(random() < 0.3 ? ANY_AGE : BASE),
    before: oneOf("scheduled", "actual"),
    price: oneOf("mid", "bid-ask", "last"),
    horizons: oneOf(HORIZONS, [6 * HOUR]),
    filters: {
      combos: oneOf("exclude", "only", "include"),
      series: oneOf([], ["KX0", "KX2"]),
      categories: oneOf([], ["Crypto"], ["Crypto", "Sports"]),
      ...(random() < 0.5 ? { minVolume: oneOf(1, 10, 40) } : {}),
      ...(random() < 0.5 ? { from: "2027-01-20T00:00:00.000000Z" } : {}),
      ...(random() < 0.5 ? { to: "2027-02-20T00:00:00.000000Z" } : {})
    }
  }
}

describe("the sample", () => {
  it("equals a computation market by market, and counts every market once", async () => {
    const met = new Set<string>()
    for (const seed of [1, 2]) {
      const recording = recordingOf(seed)
      const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect()
      await connection.run("SET TimeZone = 'America/New_York'")
      await connection.run(TABLES)
      for (const insert of insertsOf(recording)) await connection.run(insert)
      const random = seeded(seed)
      for (const options of [...ASKED, ...Array.from({ length: 6 }, () => anyOptions(random))]) {
        const rows = (await connection.runAndReadAll(sampleSql(options))).getRowsJson()
        const [[markets] = []] = (await connection.runAndReadAll(marketsSql(options))).getRowsJson()
        const sample = sampleOfRows(
          rows as Parameters<typeof sampleOfRows>[0],
          Number(markets),
          feedOf(options)
        )
        const expected = expectedOf(recording, options)
        const what = `seed ${seed}: ${JSON.stringify(options)}`
        const lines = sample.priced.map((one) =>
          JSON.stringify([
            one.horizon,
            one.event,
            one.relation,
            one.category,
            one.year,
            one.volume,
            one.low,
            one.high,
            one.outcome
          ])
        )
        assert.deepStrictEqual(lines.sort(), [...expected.priced], what)
        const counts = sample.excluded.map(
          ({ count, horizon, reason }) => [`${reason} ${horizon}`, count] as const
        )
        assert.deepStrictEqual(Object.fromEntries(counts), { ...expected.excluded }, what)
        const excluded = sample.excluded.reduce((sum, { count }) => sum + count, 0)
        assert.strictEqual(sample.priced.length + excluded, sample.markets * options.horizons.length, what)
        if (ASKED.includes(options)) assert.isAbove(Math.min(sample.priced.length, sample.slots.due), 0)
        for (const { reason } of sample.excluded) met.add(reason)
      }
      connection.closeSync()
    }
    // Each reason was met, so the recordings have everything that they are made for.
    assert.sameMembers(
      [...met],
      Object.keys((await import("../../../src/domain/reports/calibration/sample.ts")).REASONS)
    )
  })

  it("has the same order, whatever the order in which the rows are stored", async () => {
    const { markets: all, runs } = recordingOf(3)
    const some = all.slice(0, 60)
    const answers = []
    for (const markets of [some, some.toReversed()]) {
      const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect()
      await connection.run(TABLES)
      for (const insert of insertsOf({ runs, markets })) await connection.run(insert)
      answers.push((await connection.runAndReadAll(sampleSql(BASE))).getRowsJson())
      connection.closeSync()
    }
    assert.isAbove(answers[0]?.length ?? 0, 50)
    assert.deepStrictEqual(answers[0], answers[1])
  })
})
