/** Reading a listing market by market says what parsing it says, of any text, whatever is remembered. */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import type { Listed, Market } from "../../../../src/domain/read/markets/market.ts"
import { marketsOf } from "../../../../src/domain/read/markets/wire/listing.ts"
import { markets } from "../../../../src/domain/read/markets/wire/market.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"
import type { ItemKind, Recall } from "../../../../src/domain/read/wire/items.ts"
import { octets } from "../../../../src/domain/read/wire/json.ts"
import { observe } from "../observe.ts"
import { type Body, centsMarket, dualFpMarket, eventBody, stringsMarket, without } from "./bodies.ts"

const { piecewise: _, ...parsedMarkets } = markets
const parsing: ItemKind<Market> = parsedMarkets

const digest = (content: string | Uint8Array) =>
  typeof content === "string" ? content : `bytes ${octets(content)}`

/** Remembers all that it is told, which is more than it may forget. */
const remembering = () => {
  const known = new Map<string, string>()
  const listings = new Map<string, Listed>()
  const recall: Recall = {
    digest,
    knows: (key, digest) => known.get(key) === digest,
    listed: (digest) => listings.get(digest),
    list: (digest, market) => listings.set(digest, market)
  }
  const learn = (text: string) => {
    for (const { digest, ticker } of read(text, markets, recall).items) known.set(ticker, digest)
  }
  return { ...recall, learn, listings }
}

const read = (text: string, kind: ItemKind<Market>, recall?: Recall) =>
  new Reading(observe(text), recall).items(kind)

/** All that a reader can learn from a market. */
const told = (text: string, kind: ItemKind<Market>, recall?: Recall) => {
  const { items, problems } = read(text, kind, recall)
  return {
    items: items.map(({ digest, era, quote, status, terms, ticker }) => ({
      digest,
      era,
      quote,
      status,
      terms,
      ticker
    })),
    problems
  }
}

const isPiecewise = (text: string): boolean =>
  markets.piecewise?.(Buffer.from(text), remembering()) !== undefined

const ODD_TEXTS = [
  'says "yes_bid_dollars":"0.9900" aloud',
  '},{"ticker":"T1","status":"active"},{',
  "}]}",
  "Montréal ☂ 雨",
  "back\\slash",
  "?",
  ""
]

const value = fc.constantFrom<unknown>(
  "0.0100",
  "0.5000",
  "12.50",
  "?",
  "",
  "7 cents",
  "0.1234567",
  null,
  41,
  ...ODD_TEXTS
)

/** Markets with anything in any place, also what looks like the border of a market. */
const market = fc
  .record({
    era: fc.constantFrom(stringsMarket, stringsMarket, stringsMarket, dualFpMarket, centsMarket),
    ticker: fc.constantFrom<unknown>("T1", "T2", "KXÜ-☂", "", 5),
    title: fc.constantFrom<unknown>(...ODD_TEXTS, null, 5),
    quote: fc.dictionary(
      fc.constantFrom(
        "yes_bid_dollars",
        "volume_fp",
        "liquidity_dollars",
        "previous_price_dollars",
        "status"
      ),
      value
    ),
    custom_strike: fc.constantFrom<unknown>(
      { a: 1 },
      { yes_bid_dollars: "0.7700" },
      { ticker: "T9", status: "closed" },
      { status: "closed" },
      [{ ticker: "A" }, { ticker: "B" }],
      5
    ),
    settlement: fc.constantFrom<Body>(
      {},
      { settlement_value: "0.5" },
      { settlement_value_dollars: "0.5000" }
    ),
    leftOut: fc.constantFrom(
      "none",
      "none",
      "yes_bid_dollars",
      "ticker",
      "liquidity_dollars",
      "status",
      "title"
    ),
    turned: fc.boolean()
  })
  .map(({ custom_strike, era, leftOut, quote, settlement, ticker, title, turned }): Body => {
    const body = without({ ...era({ ticker, title, custom_strike }), ...settlement, ...quote }, leftOut)
    return turned ? Object.fromEntries(Object.entries(body).reverse()) : body
  })

const SPACINGS = [
  (page: unknown) => JSON.stringify(page),
  (page: unknown) => JSON.stringify(page, null, 1),
  (page: unknown) => JSON.stringify(page).replaceAll('":', '": ').replaceAll(",", ", ")
]

const page = fc
  .record({
    list: fc.array(
      fc.oneof(
        { weight: 9, arbitrary: market },
        { weight: 1, arbitrary: fc.constantFrom<unknown>(null, 5, {}) }
      ),
      {
        maxLength: 4
      }
    ),
    around: fc.constantFrom<Body>(
      {},
      { cursor: "abc" },
      { cursor: "" },
      { cursor: null },
      { market: stringsMarket() },
      { event: eventBody({ markets: [stringsMarket()] }) }
    ),
    first: fc.boolean(),
    spaced: fc.constantFrom(...SPACINGS)
  })
  .map(({ around, first, list, spaced }) =>
    spaced(first ? { ...around, markets: list } : { markets: list, ...around })
  )

/** What a page becomes when something happens to its text. */
const damage = fc.record({
  at: fc.nat(),
  cut: fc.integer({ min: 0, max: 3 }),
  put: fc.constantFrom(
    "",
    "\f",
    "\u00a0",
    '"',
    "}",
    "{",
    ",",
    "]",
    "\\",
    "\n",
    "\u0001",
    "?",
    "9",
    "é",
    '"status":"x",'
  )
})

const damaged = (text: string, { at, cut, put }: { at: number; cut: number; put: string }): string => {
  const place = at % (text.length + 1)
  return text.slice(0, place) + put + text.slice(place + cut)
}

describe("a listing that is read market by market", () => {
  it.prop("says what it says when it is parsed", [page], ([text]) => {
    assert.deepStrictEqual(told(text, markets), told(text, parsing))
  })

  it.prop(
    "also when its text is damaged, and the terms of all its markets are known",
    [page, fc.array(damage, { minLength: 1, maxLength: 2 })],
    ([text, damages]) => {
      const recall = remembering()
      recall.learn(text)
      assert.deepStrictEqual(told(text, markets, recall), told(text, parsing), "known")
      const after = damages.reduce(damaged, text)
      assert.deepStrictEqual(told(after, markets, recall), told(after, parsing), "damaged")
    },
    { fastCheck: { numRuns: 400 } }
  )

  it.prop(
    "and whatever was read before",
    [fc.array(page, { maxLength: 3 }), page],
    ([before, text]) => {
      const recall = remembering()
      for (const one of before) recall.learn(one)
      assert.deepStrictEqual(told(text, markets, recall), told(text, parsing))
    },
    { fastCheck: { numRuns: 1000 } }
  )

  it("has the status that stands in the market, and not one that stands in a part of it", () => {
    const text = JSON.stringify({ markets: [stringsMarket({ custom_strike: { status: "closed" } })] })
    assert.deepStrictEqual(told(text, markets), told(text, parsing))
  })

  it("is empty when its list is taken back", () => {
    const text = `{"markets":[${JSON.stringify(stringsMarket())}],"markets":null}`
    assert.deepStrictEqual(told(text, markets), { items: [], problems: [] })
  })

  it("is no JSON where there is something between two markets that is none", () => {
    const [one, other] = ["A", "B"].map((ticker) => JSON.stringify(stringsMarket({ ticker })))
    for (const between of [",", " , ", "\f,", ",\v", "\u00a0,", ",,"]) {
      const text = `{"markets":[${one}${between}${other}]}`
      assert.deepStrictEqual(told(text, markets), told(text, parsing), JSON.stringify(between))
    }
  })

  it.prop(
    "is cut where its markets end, however long they are",
    [fc.array(fc.constantFrom(1, 3000, 20_000, 60_000, 66_000, 200_000), { minLength: 1, maxLength: 6 })],
    ([lengths]) => {
      const list = lengths.map((length, i) => stringsMarket({ ticker: `T${i}`, title: "x".repeat(length) }))
      const text = JSON.stringify({ cursor: "c", markets: list })
      const cut = marketsOf(Buffer.from(text)) ?? []
      // A page whose first market is longer than where the second is looked for is parsed.
      const expected = (lengths[0] as number) > 65_536 ? [] : list
      assert.deepStrictEqual(
        cut.map(({ from, to }) => text.slice(from, to)),
        expected.map((body) => JSON.stringify(body))
      )
      assert.deepStrictEqual(told(text, markets), told(text, parsing))
    },
    { fastCheck: { numRuns: 60 } }
  )

  it("is every listing of today, however its JSON is spaced, and its fields ordered", () => {
    for (const spaced of SPACINGS) {
      const list = [stringsMarket({ ticker: "A" }), stringsMarket({ ticker: "B", title: "Montréal" })]
      assert.isTrue(isPiecewise(spaced({ markets: list, cursor: "x" })))
      assert.isTrue(isPiecewise(spaced({ cursor: "", markets: list })))
      assert.isTrue(isPiecewise(spaced({ markets: list.map((body) => without(body, "liquidity_dollars")) })))
    }
  })

  it("is no page that holds markets elsewhere, or none", () => {
    const list = [stringsMarket()]
    for (const body of [
      { markets: [] },
      { market: stringsMarket() },
      { markets: list, event: eventBody() },
      { events: [eventBody({ markets: list })], markets: list },
      { events: [eventBody({ markets: list })] }
    ]) {
      assert.isFalse(isPiecewise(JSON.stringify(body)), JSON.stringify(body).slice(0, 60))
    }
  })
})

describe("terms that are known", () => {
  const text = (but: Body) => JSON.stringify({ markets: [stringsMarket(but)] })
  const digestOf = (but: Body) => read(text(but), markets).items[0]?.digest

  it("are those of a market with any other quote, and of none that differs in anything that a table has", () => {
    const quote = { yes_bid_dollars: "0.9900", volume_fp: "1.00", previous_price_dollars: "0.1000" }
    assert.strictEqual(digestOf(quote), digestOf({}))
    assert.strictEqual(digestOf({ new_field: 1 }), digestOf({}))
    for (const but of [
      { status: "closed" },
      { title: "other" },
      { title: null },
      { custom_strike: { b: 1 } }
    ]) {
      assert.notStrictEqual(digestOf(but), digestOf({}), JSON.stringify(but))
    }
  })

  it("are none of a market that pays in the spelling of another time", () => {
    const pays = { settlement_value: "garbage", settlement_value_dollars: undefined }
    const strings = text(pays)
    const cents = text({ ...pays, yes_bid: 41, yes_bid_dollars: undefined })
    const recall = remembering()
    recall.learn(strings)
    assert.deepStrictEqual(told(cents, markets, recall), told(cents, parsing))
    assert.lengthOf(told(cents, parsing).problems, 1)
  })

  it("are not decoded, and the quote beside them is read all the same", () => {
    const recall = remembering()
    recall.learn(text({}))
    const [known] = read(text({ yes_bid_dollars: "0.1234" }), markets, recall).items
    assert.strictEqual(known?.quote.yesBid, 123_400)
    assert.strictEqual(known?.terms.title, "Will it rain more than 1 inch?")
  })
})

describe("a market that stands in a listing byte for byte as before", () => {
  const page = (...list: ReadonlyArray<Body>) => JSON.stringify({ markets: list })
  const [a, b] = [stringsMarket({ ticker: "A" }), stringsMarket({ ticker: "B" })]
  const moved = { ...a, yes_bid_dollars: "0.1234" }

  it("is taken as it was read then, wherever it stands now", () => {
    const recall = remembering()
    recall.learn(page(a, b))
    for (const [stamp, listed] of recall.listings)
      recall.listings.set(stamp, { ...listed, status: "as before" })
    assert.deepStrictEqual(
      read(page(b, moved), markets, recall).items.map(({ status, ticker }) => [ticker, status]),
      [
        ["B", "as before"],
        ["A", "active"]
      ]
    )
  })

  it("still has its terms, for whoever asks", () => {
    const recall = remembering()
    recall.learn(page(a))
    const [known] = read(page(a), markets, recall).items
    assert.strictEqual(known?.terms.title, "Will it rain more than 1 inch?")
    assert.deepStrictEqual(told(page(a), markets, recall), told(page(a), parsing))
  })

  it("is remembered in the shape of any time, unless it could not be read", () => {
    const recall = remembering()
    const list = [centsMarket(), dualFpMarket(), { ...a, yes_bid_dollars: "7 cents" }]
    recall.learn(page(...list))
    assert.strictEqual(recall.listings.size, 2)
    assert.deepStrictEqual(told(page(...list), markets, recall), told(page(...list), parsing))
  })
})
