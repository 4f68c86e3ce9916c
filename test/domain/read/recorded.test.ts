/**
 * Real answers of the exchange, from early 2025 to September 2026, if the folder with recordings exists.
 * Everything in them decodes, and every price and count has the digits that were sent.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { events as eventItems } from "../../../src/domain/read/events/wire.ts"
import type { Market, Quote } from "../../../src/domain/read/markets/market.ts"
import { eraOf, markets as marketItems } from "../../../src/domain/read/markets/wire/market.ts"
import { Reading } from "../../../src/domain/read/reading.ts"
import type { Era } from "../../../src/domain/read/wire/era.ts"
import { toCents, toContracts } from "../../../src/domain/units/fixed.ts"
import { normaliseTime } from "../../../src/domain/units/time.ts"
import { observe } from "./observe.ts"

type Json = Readonly<Record<string, unknown>>
type Lists = Readonly<Record<string, ReadonlyArray<Json>>>

const folder = fileURLToPath(new URL("../../../../shared/recorded/", import.meta.url))
const here = existsSync(folder)

const starter = "The-Obstacle-Is-The-Way__kalshi-starter-code-python"

/** Each file with the era of its markets, and the events and markets that its README counts. */
const files: ReadonlyArray<readonly [file: string, era: Era, events: number, markets: number]> = [
  ["CodeTillDawn2__kalshi-trading-bot/API_GetEvents.json", "cents", 1, 6],
  ["arvchahal__kalshi-rs/ex.body.json", "dual", 0, 100],
  [`${starter}/event_single_response.json`, "dual", 1, 1],
  [`${starter}/events_list_response.json`, "dual", 5, 0],
  [`${starter}/events_multivariate_list_response.json`, "dual", 5, 0],
  [`${starter}/market_single_response.json`, "dual", 0, 1],
  [`${starter}/markets_list_response.json`, "dual", 0, 5],
  ["totalcarerx4u-sys__arby-s/sample_market.json", "dual", 0, 1],
  ["kellyoconor__bracket-kal/kalshi_game_markets_raw.json", "strings", 100, 200],
  ["kellyoconor__bracket-kal/kalshi_markets.json", "strings", 0, 754],
  ["alck11__fairline/event_single.json", "strings", 1, 1],
  ["alck11__fairline/events_mixed.json", "strings", 2, 4],
  ["alck11__fairline/events_settled.json", "strings", 1, 2],
  ["alck11__fairline/historical_markets_rain.json", "strings", 0, 3],
  ["alck11__fairline/market_single.json", "strings", 0, 1],
  ["alck11__fairline/markets_resolved.json", "strings", 0, 2],
  ["hyxoumani__hyxrestration/kalshi_market_settled.json", "strings", 0, 1]
]

/** The answer before its collector wrapped it: in `_metadata` + `response`, keyed by series, or bare. */
const unwrapped = (file: string): Json => {
  const json = JSON.parse(readFileSync(`${folder}${file}`, "utf8")) as Json
  if (json._metadata !== undefined) return json.response as Json
  if (json.ticker !== undefined) return { market: json }
  if (["markets", "market", "events", "event"].some((key) => key in json)) return json
  return { markets: Object.values(json as Lists).flat() }
}

const objects = (value: unknown): ReadonlyArray<Json> =>
  Array.isArray(value) ? value : value ? [value as Json] : []

const eventsOf = (body: Json) => [...objects(body.events), ...objects(body.event)]

const marketsOf = (body: Json) => [
  ...objects(body.markets),
  ...objects(body.market),
  ...eventsOf(body).flatMap((event) => objects(event.markets))
]

const quoteNames: Readonly<Record<string, keyof Quote>> = {
  yes_bid: "yesBid",
  yes_ask: "yesAsk",
  no_bid: "noBid",
  no_ask: "noAsk",
  last_price: "lastPrice",
  liquidity: "liquidity",
  volume: "volume",
  volume_24h: "volume24h",
  open_interest: "openInterest",
  yes_bid_size: "yesBidSize",
  yes_ask_size: "yesAskSize"
}

const isCount = (name: string) => /volume|interest|size/.test(name)

/** The digits of a wire text as cents or contracts, by moving the decimal point in the text. */
const wireDigits = (raw: Json, name: string): string | undefined => {
  const said = raw[`${name}${isCount(name) ? "_fp" : "_dollars"}`] ?? raw[name]
  if (typeof said !== "string") return said === undefined ? undefined : String(said)
  const [integer = "", fraction = ""] = said.split(".")
  const places = isCount(name) ? 0 : 2
  const whole = `${integer}${fraction.slice(0, places)}`.replace(/^0+(?=\d)/, "")
  const rest = fraction.slice(places).replace(/0+$/, "")
  return rest === "" ? whole : `${whole}.${rest}`
}

const assertSameDigits = (raw: Json, market: Market) => {
  for (const [name, field] of Object.entries(quoteNames)) {
    const said = market.quote[field]
    const digits = typeof said === "number" ? String((isCount(name) ? toContracts : toCents)(said)) : said
    assert.strictEqual(digits, wireDigits(raw, name), `${market.ticker}.${name}`)
  }
  const value = market.terms.settlementValue
  const paid = typeof value === "number" ? String(toCents(value)) : value
  assert.strictEqual(paid, wireDigits(raw, "settlement_value"), `${market.ticker}.settlement_value`)
}

describe.skipIf(!here)(`recorded answers${here ? "" : ` (skipped: ${folder} is not there)`}`, () => {
  it.each(files)("%s", (file, era, events, markets) => {
    const body = unwrapped(file)
    const reading = new Reading(observe(body))
    assert.deepStrictEqual(reading.items(marketItems).problems, [])
    assert.strictEqual(reading.items(marketItems).items.length, markets)
    assert.strictEqual(eventsOf(body).length, events)
    if (events > 0) {
      assert.deepStrictEqual(reading.items(eventItems).problems, [])
      assert.deepStrictEqual(
        reading.items(eventItems).items.map(({ eventTicker }) => eventTicker),
        eventsOf(body).map((event) => event.event_ticker as string)
      )
    }
    for (const [index, raw] of marketsOf(body).entries()) {
      const market = reading.items(marketItems).items[index] as Market
      assert.strictEqual(eraOf(raw), era)
      assert.strictEqual(market.ticker, raw.ticker as string)
      assert.strictEqual(market.status, raw.status as string)
      assert.strictEqual(market.terms.result, raw.result as string)
      assert.strictEqual(market.terms.closeTime, normaliseTime(raw.close_time as string))
      assertSameDigits(raw, market)
    }
  })

  it("are tested in every file that has markets or events", () => {
    const holding = readdirSync(folder, { encoding: "utf8", recursive: true })
      .filter((file) => file.endsWith(".json"))
      .filter((file) =>
        /"(yes_sub_title|mutually_exclusive)":/.test(readFileSync(`${folder}${file}`, "utf8"))
      )
    assert.sameMembers(
      files.map(([file]) => file),
      holding
    )
  })
})
