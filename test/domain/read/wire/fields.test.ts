/** Every field of every era is read under its own name, and refused with its path if it has another type. */
import { assert, describe, it } from "@effect/vitest"
import { Either, FastCheck as fc } from "effect"
import { events } from "../../../../src/domain/read/events/wire.ts"
import { markets } from "../../../../src/domain/read/markets/wire/market.ts"
import { describeProblem, problem, type WireProblem } from "../../../../src/domain/read/wire/shape.ts"
import { type Body, centsMarket, dualFpMarket, eventBody, stringsMarket, without } from "./bodies.ts"

type Kind =
  | "price"
  | "cents"
  | "name"
  | "reference"
  | "whole"
  | "text"
  | "time"
  | "decimal"
  | "integer"
  | "number"
  | "flag"
  | "json"

/** Values of another type, some of which look similar. */
const foreign: Readonly<Record<Kind, ReadonlyArray<unknown>>> = {
  text: [0, true, {}, []],
  price: [0.069, 7, "7 cents", "0.0000001", "100.0000", "-100", "8999999999.99", "", true, []],
  cents: ["41", 41.5, true, {}, 10_000, -10_000],
  name: [0, true, {}, [], "", "x".repeat(257), "half \ud800"],
  reference: [0, true, {}, [], "x".repeat(257), "half \ud800"],
  whole: ["1", 1.5, 1e300, true, []],
  time: ["soon", "2026-02-30T00:00:00Z", 1795349700, false, []],
  decimal: [0.069, 7, "7 cents", "0.0000001", "", "1e2", true, []],
  integer: ["41", 41.5, true, {}, 1e300],
  number: ["1.5", true, []],
  flag: [0, 1, "true", {}],
  json: ["{}", 1, true]
}

const description: Readonly<Record<string, Kind>> = {
  ticker: "name",
  event_ticker: "reference",
  status: "text",
  market_type: "text",
  title: "text",
  subtitle: "text",
  yes_sub_title: "text",
  no_sub_title: "text",
  open_time: "time",
  close_time: "time",
  expiration_time: "time",
  latest_expiration_time: "time",
  expected_expiration_time: "time",
  settlement_timer_seconds: "whole",
  result: "text",
  expiration_value: "text",
  can_close_early: "flag",
  early_close_condition: "text",
  strike_type: "text",
  floor_strike: "number",
  cap_strike: "number",
  custom_strike: "json",
  rules_primary: "text",
  rules_secondary: "text"
}

const later: Readonly<Record<string, Kind>> = {
  created_time: "time",
  updated_time: "time",
  price_level_structure: "text",
  price_ranges: "json",
  mve_collection_ticker: "reference"
}

const integers: Readonly<Record<string, Kind>> = {
  category: "text",
  notional_value: "cents",
  yes_bid: "cents",
  yes_ask: "cents",
  no_bid: "cents",
  no_ask: "cents",
  last_price: "cents",
  volume: "integer",
  volume_24h: "integer",
  open_interest: "integer",
  liquidity: "integer"
}

const strings: Readonly<Record<string, Kind>> = {
  yes_bid_dollars: "price",
  yes_ask_dollars: "price",
  no_bid_dollars: "price",
  no_ask_dollars: "price",
  last_price_dollars: "price",
  volume_fp: "decimal",
  volume_24h_fp: "decimal",
  open_interest_fp: "decimal",
  yes_bid_size_fp: "decimal",
  yes_ask_size_fp: "decimal",
  liquidity_dollars: "decimal"
}

const current: Readonly<Record<string, Kind>> = {
  ...later,
  occurrence_datetime: "time",
  settlement_ts: "time",
  settlement_value_dollars: "price",
  notional_value_dollars: "price",
  functional_strike: "text",
  fee_waiver_expiration_time: "time",
  primary_participant_key: "text",
  mve_selected_legs: "json",
  settlement_bounds_type: "text",
  settlement_floor_dollars: "price",
  is_provisional: "flag",
  exchange_index: "whole"
}

const event: Readonly<Record<string, Kind>> = {
  event_ticker: "name",
  series_ticker: "reference",
  title: "text",
  sub_title: "text",
  category: "text",
  mutually_exclusive: "flag",
  collateral_return_type: "text",
  strike_date: "time",
  strike_period: "text",
  last_updated_ts: "time",
  exchange_index: "whole",
  settlement_sources: "json",
  product_metadata: "json",
  fee_type_override: "text",
  fee_multiplier_override: "number"
}

/** Fields beside the raw object that a market keeps. */
const decodeMarket: Decode = (value, path) =>
  Either.map(markets.decode(value, path), ({ quote, terms }) => ({ quote, terms }))

type Decode = (value: unknown, path: string) => Either.Either<unknown, WireProblem>

const cases: ReadonlyArray<readonly [string, Body, Decode, Readonly<Record<string, Kind>>]> = [
  ["a market in cents", centsMarket(), decodeMarket, { ...description, ...integers }],
  ["a market in both", dualFpMarket(), decodeMarket, { ...description, ...later, ...integers, ...strings }],
  ["a market in strings", stringsMarket(), decodeMarket, { ...description, ...strings, ...current }],
  ["an event", eventBody(), events.decode, event]
]

describe.each(cases)("%s", (_, body, decode, fields) => {
  const dual = "yes_bid" in fields && "yes_bid_dollars" in fields

  /** Two decodings differ exactly if the field is read. */
  const decoded = (but: Body) => JSON.stringify(Either.getOrThrow(decode(but, "here")))

  it("refuses every field of another type, with its path and the value found", () => {
    for (const [field, kind] of Object.entries(fields)) {
      for (const value of foreign[kind]) {
        const result = decode({ ...body, [field]: value }, "markets[7]")
        if (Either.isRight(result)) return assert.fail(`${field} took ${JSON.stringify(value)} for a ${kind}`)
        assert.strictEqual(result.left.path, `markets[7].${field}`)
        const found = JSON.stringify(value)
        assert.strictEqual(result.left.found, found.length > 120 ? `${found.slice(0, 120)}…` : found)
        assert.include(describeProblem(result.left), `markets[7].${field}: expected `)
      }
    }
  })

  it("reads these fields and no others", () => {
    const required = new Set(["ticker", "event_ticker", "status"])
    for (const field of Object.keys(body)) {
      if (required.has(field)) continue
      const changed = decoded(without(body, field)) !== decoded(body)
      // Beside a text, the integer of the dual era is read but not kept.
      const shadowed = dual && (`${field}_dollars` in body || `${field}_fp` in body)
      assert.strictEqual(changed, field in fields && !shadowed, field)
    }
    assert.deepStrictEqual(
      Object.keys(fields).filter((field) => !(field in body)),
      []
    )
  })

  it("has to be an object", () => {
    for (const value of [null, undefined, "text", 1, true, [], [body]]) {
      const result = decode(value, "markets[0]")
      assert.isTrue(Either.isLeft(result) && result.left.path === "markets[0]", JSON.stringify(value))
    }
  })
})

describe("the digest of a market", () => {
  const digestOf = (body: Body) => Either.getOrThrow(markets.decode(body, "market")).digest
  const payouts = ["settlement_value", "settlement_value_dollars"]

  it("differs for terms that differ in any field, and is the same for null and an absent field, as in a table", () => {
    const body = stringsMarket({ settlement_value_dollars: "0.5000" })
    for (const field of [...Object.keys(description), ...Object.keys(current), ...payouts]) {
      if (["ticker", "event_ticker", "status"].includes(field)) continue
      const digests = [body, without(body, field), { ...body, [field]: null }].map((one) =>
        Either.getOrElse(
          Either.map(markets.decode(one, "market"), ({ digest }) => digest),
          () => ""
        )
      )
      assert.strictEqual(new Set(digests).size, field in body ? 2 : 1, field)
    }
    assert.notStrictEqual(digestOf(body), digestOf({ ...body, status: "closed" }))
    assert.notStrictEqual(digestOf(body), digestOf({ ...body, event_ticker: "OTHER" }))
  })

  it("does not depend on the era that spells the terms", () => {
    const payout = { settlement_value: 55, settlement_value_dollars: "0.5500" }
    const dual = dualFpMarket(payout)
    const whole = without(without(dual, "yes_bid_dollars"), "settlement_value_dollars")
    const dollars = without(without(dual, "yes_bid"), "settlement_value")
    assert.strictEqual(digestOf(dual), digestOf(whole))
    assert.strictEqual(digestOf(dual), digestOf(dollars))
    assert.notStrictEqual(digestOf(dual), digestOf({ ...whole, settlement_value: 56 }))
  })

  it("takes the last expiration for one that is not sent, as the table does", () => {
    const latest = stringsMarket({ expiration_time: stringsMarket().latest_expiration_time })
    assert.strictEqual(digestOf(without(stringsMarket(), "expiration_time")), digestOf(latest))
  })

  it("does not depend on the quote", () => {
    for (const field of Object.keys(strings)) {
      assert.strictEqual(digestOf(stringsMarket({ [field]: "0.0100" })), digestOf(stringsMarket()), field)
    }
  })

  it.prop(
    "depends on where one text ends and the next begins",
    [fc.string(), fc.string(), fc.string(), fc.string()],
    ([title, subtitle, otherTitle, otherSubtitle]) => {
      const same = title === otherTitle && subtitle === otherSubtitle
      assert.strictEqual(
        digestOf(stringsMarket({ title, subtitle })) ===
          digestOf(stringsMarket({ title: otherTitle, subtitle: otherSubtitle })),
        same
      )
    }
  )
})

describe("a problem", () => {
  it("is one readable line, however long the value is", () => {
    const line = describeProblem(problem("markets[1].title", "a string", { rules: "long\n".repeat(1000) }))
    assert.isBelow(line.length, 200)
    assert.notInclude(line, "\n")
    assert.strictEqual(describeProblem(problem("a", "b", undefined)), "a: expected b, found nothing")
  })
})
