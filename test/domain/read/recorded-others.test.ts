/** Real candles, series, statuses and schedules of the exchange, if the folder with recordings exists. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import type { Candlestick } from "../../../src/domain/read/candlesticks/candlestick.ts"
import { candlesticks } from "../../../src/domain/read/candlesticks/wire.ts"
import { hoursAt, readSchedule } from "../../../src/domain/read/exchange/schedule.ts"
import { schedules, statuses } from "../../../src/domain/read/exchange/wire.ts"
import { orUndefined } from "../../../src/domain/read/field.ts"
import { Reading } from "../../../src/domain/read/reading.ts"
import { series } from "../../../src/domain/read/series/wire.ts"
import { toCents, toContracts } from "../../../src/domain/units/fixed.ts"
import { slotSeconds } from "../../../src/domain/units/time.ts"
import { observe } from "./observe.ts"

type Json = Readonly<Record<string, unknown>>

const folder = fileURLToPath(new URL("../../../../shared/recorded/", import.meta.url))
const here = existsSync(folder)
const starter = "The-Obstacle-Is-The-Way__kalshi-starter-code-python"

const bodyOf = (file: string): Json => {
  const json = JSON.parse(readFileSync(`${folder}${file}`, "utf8")) as Json
  return (json.response as Json | undefined) ?? json
}

const objects = (value: unknown): ReadonlyArray<Json> => (Array.isArray(value) ? value : [])

/**
 * Each file as bodies that the exchange would send today, and the number of candles that its README states.
 */
const candleFiles: Readonly<
  Record<string, readonly [bodies: (json: Json) => ReadonlyArray<Json>, count: number]>
> = {
  [`${starter}/candlesticks_batch_response.json`]: [(json) => [json], 90],
  [`${starter}/series_candlesticks_response.json`]: [(json) => [json], 90],
  // Candles of an event: a list for each market.
  [`${starter}/event_candlesticks_response.json`]: [
    ({ market_candlesticks }) =>
      (market_candlesticks as ReadonlyArray<unknown>).map((candlesticks) => ({ candlesticks })),
    90
  ],
  "_transcribed/candle_rows_2026-09-26.json": [
    (json) => [{ candlesticks: Object.values(json).filter((row) => typeof row === "object") }],
    3
  ],
  "alck11__fairline/candlesticks_weather.json": [(json) => [json], 4],
  "alck11__fairline/historical_candlesticks.json": [(json) => [json], 4]
}

const rawCandles = (body: Json) => [
  ...objects(body.candlesticks),
  ...objects(body.markets).flatMap(({ candlesticks }) => objects(candlesticks))
]

/** The number of cents or contracts under a wire name, with or without a suffix. */
const saidOf = (raw: Json, name: string, suffix: string, unit: number) => {
  const said = raw[`${name}${suffix}`] ?? raw[name]
  if (typeof said === "string") return Number((Number(said) * unit).toFixed(4))
  return said
}

const assertSameNumbers = (raw: Json, candle: Candlestick) => {
  const sides = { yes_bid: candle.yesBid, yes_ask: candle.yesAsk, price: candle.price }
  for (const [name, side] of Object.entries(sides)) {
    for (const [field, price] of Object.entries(side)) {
      const expected = saidOf(raw[name] as Json, field, "_dollars", 100)
      assert.strictEqual(typeof price === "number" ? toCents(price) : price, expected, `${name}.${field}`)
    }
  }
  const counts = { volume: candle.volume, open_interest: candle.openInterest }
  for (const [name, count] of Object.entries(counts)) {
    const expected = saidOf(raw, name, "_fp", 1)
    assert.strictEqual(typeof count === "number" ? toContracts(count) : count, expected, name)
  }
}

const skipped = here ? "" : ` (skipped: ${folder} is not there)`

describe.skipIf(!here)(`recorded candles${skipped}`, () => {
  it.each(Object.entries(candleFiles))("%s", (file, [bodies, count]) => {
    const answers = bodies(bodyOf(file))
    assert.strictEqual(answers.flatMap(rawCandles).length, count)
    for (const body of answers) {
      const { items, problems } = new Reading(observe(body)).items(candlesticks)
      assert.deepStrictEqual(problems, [])
      const raw = rawCandles(body)
      assert.strictEqual(items.length, raw.length)
      for (const [index, candle] of items.entries()) {
        assert.strictEqual(candle.endSeconds, raw[index]?.end_period_ts)
        assertSameNumbers(raw[index] ?? {}, candle)
      }
    }
  })

  it("are tested in every file that has them", () => {
    const holding = readdirSync(folder, { encoding: "utf8", recursive: true })
      .filter((file) => file.endsWith(".json"))
      .filter((file) => readFileSync(`${folder}${file}`, "utf8").includes('"end_period_ts":'))
    assert.sameMembers(Object.keys(candleFiles), holding)
  })
})

describe.skipIf(!here)(`recorded series${skipped}`, () => {
  it.each([
    [`${starter}/series_list_response.json`, 241],
    [`${starter}/series_single_response.json`, 1],
    ["hyxoumani__hyxrestration/kalshi_series.json", 2]
  ] as const)("%s", (file, count) => {
    const body = bodyOf(file)
    const { items, problems } = new Reading(observe(body)).items(series)
    assert.deepStrictEqual(problems, [])
    assert.strictEqual(items.length, count)
    const raw = Array.isArray(body.series) ? body.series : [body.series]
    for (const [index, one] of items.entries()) {
      const { category, settlement_sources, tags, ticker } = raw[index] as Json
      assert.strictEqual(one.seriesTicker, ticker as string)
      assert.strictEqual(one.category, category as string)
      assert.deepStrictEqual(JSON.parse(orUndefined(one.settlementSources) ?? "null"), settlement_sources)
      assert.deepStrictEqual(JSON.parse(orUndefined(one.tags) ?? "null"), tags)
    }
  })
})

describe.skipIf(!here)(`recorded status and schedule of the exchange${skipped}`, () => {
  it("decode its status, in January without shards and in September with four", () => {
    const read = (file: string) => new Reading(observe(bodyOf(file))).items(statuses)
    const old = read(`${starter}/exchange_status_response.json`)
    assert.deepStrictEqual(old.problems, [])
    assert.deepInclude(old.items[0], { tradingActive: true, resumeTime: null, indexStatuses: undefined })
    const sharded = read("_transcribed/exchange_status_partial_2026-09-26.json")
    assert.deepStrictEqual(sharded.problems, [])
    assert.strictEqual(JSON.parse(sharded.items[0]?.indexStatuses ?? "[]").length, 4)
  })

  it("decode its schedule, with the pause on Thursday", () => {
    const { items, problems } = new Reading(
      observe(bodyOf(`${starter}/exchange_schedule_response.json`))
    ).items(schedules)
    assert.deepStrictEqual(problems, [])
    const { maintenanceWindows = null, standardHours } = items[0] ?? assert.fail("no schedule")
    const schedule = Either.getOrThrow(
      readSchedule(orUndefined(standardHours) ?? "", orUndefined(maintenanceWindows) ?? null)
    )
    assert.strictEqual(hoursAt(schedule, slotSeconds("2026-01-15T07:59:59Z")), "open")
    assert.strictEqual(hoursAt(schedule, slotSeconds("2026-01-15T08:00:00Z")), "closed")
    assert.strictEqual(hoursAt(schedule, slotSeconds("2026-01-15T10:00:00Z")), "open")
  })
})
