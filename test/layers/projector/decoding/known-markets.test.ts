/**
 * Reading a listing through the cache of known markets gives the same as parsing it, whatever was read
 * before.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import { description } from "../../../../src/domain/read/markets/wire/description.ts"
import { markets } from "../../../../src/domain/read/markets/wire/market.ts"
import { payout } from "../../../../src/domain/read/markets/wire/strings.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"
import { ITEMS_MAX } from "../../../../src/domain/read/wire/answer-limits.ts"
import * as KnownMarkets from "../../../../src/layers/projector/decoding/known-markets.ts"
import { splitListing } from "../../../../src/layers/projector/decoding/split-listing.ts"
import { digest } from "../../../../src/layers/projector/digest.ts"
import { observe } from "../../../domain/read/observe.ts"
import {
  type Body,
  centsMarket,
  dualFpMarket,
  eventBody,
  stringsMarket,
  without
} from "../../../domain/read/wire/bodies.ts"

/** Pages below are too short to give the event loop a turn, so they are read at once. */
const read = (text: string, known?: KnownMarkets.KnownMarkets) => {
  const listed = known === undefined ? undefined : Effect.runSync(known.read(Buffer.from(text)))
  return new Reading(observe(text), { digest, known: () => listed }).items(markets)
}

/** Everything that a projection can read of a listing. With a cache, the terms are decoded when they are read. */
const told = (text: string, known?: KnownMarkets.KnownMarkets) => {
  const { items, problems } = read(text, known)
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

/** A cache that has read these listings. */
const knowing = (...texts: ReadonlyArray<string>): KnownMarkets.KnownMarkets => {
  const known = KnownMarkets.make()
  for (const text of texts) read(text, known)
  return known
}

const isSplit = (text: string): boolean =>
  Effect.runSync(KnownMarkets.make().read(Buffer.from(text))) !== undefined

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

/** Markets with any value in any place, including text that looks like the border between two markets. */
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

/** Changes of a page's text. */
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
  it.prop("gives the same as when it is parsed", [page], ([text]) => {
    assert.deepStrictEqual(told(text, knowing()), told(text))
  })

  it.prop(
    "also when its markets are known and its text is damaged",
    [page, fc.array(damage, { minLength: 1, maxLength: 2 })],
    ([text, damages]) => {
      const known = knowing(text)
      assert.deepStrictEqual(told(text, known), told(text), "known")
      const after = damages.reduce(damaged, text)
      assert.deepStrictEqual(told(after, known), told(after), "damaged")
    },
    { fastCheck: { numRuns: 400 } }
  )

  it.prop(
    "also whatever was read before",
    [fc.array(page, { maxLength: 3 }), page],
    ([before, text]) => {
      const known = knowing(...before)
      assert.deepStrictEqual(told(text, known), told(text))
    },
    { fastCheck: { numRuns: 1000 } }
  )

  it("takes the status of the market, and not one within a part of it", () => {
    const text = JSON.stringify({ markets: [stringsMarket({ custom_strike: { status: "closed" } })] })
    assert.deepStrictEqual(told(text, knowing()), told(text))
  })

  it("is empty if a later list in the body is empty", () => {
    const text = `{"markets":[${JSON.stringify(stringsMarket())}],"markets":null}`
    assert.deepStrictEqual(told(text, knowing()), { items: [], problems: [] })
  })

  it("is not valid JSON if anything else is between two markets", () => {
    const [one, other] = ["A", "B"].map((ticker) => JSON.stringify(stringsMarket({ ticker })))
    for (const between of [",", " , ", "\f,", ",\v", "\u00a0,", ",,"]) {
      const text = `{"markets":[${one}${between}${other}]}`
      assert.deepStrictEqual(told(text, knowing()), told(text), JSON.stringify(between))
    }
  })

  it.prop(
    "is divided at the ends of its markets, however long they are",
    [fc.array(fc.constantFrom(1, 3000, 20_000, 60_000, 66_000, 200_000), { minLength: 1, maxLength: 6 })],
    ([lengths]) => {
      const list = lengths.map((length, i) => stringsMarket({ ticker: `T${i}`, title: "x".repeat(length) }))
      const text = JSON.stringify({ cursor: "c", markets: list })
      const cut = splitListing(Buffer.from(text)) ?? []
      // A page is parsed if its first market extends beyond the place where the second is searched.
      const expected = (lengths[0] as number) > 65_536 ? [] : list
      assert.deepStrictEqual(
        cut.map(({ from, to }) => text.slice(from, to)),
        expected.map((body) => JSON.stringify(body))
      )
      assert.deepStrictEqual(told(text, knowing()), told(text))
    },
    { fastCheck: { numRuns: 60 } }
  )

  it("can be divided for every listing of today, whatever the spaces and the order of fields", () => {
    for (const spaced of SPACINGS) {
      const list = [stringsMarket({ ticker: "A" }), stringsMarket({ ticker: "B", title: "Montréal" })]
      assert.isTrue(isSplit(spaced({ markets: list, cursor: "x" })))
      assert.isTrue(isSplit(spaced({ cursor: "", markets: list })))
      assert.isTrue(isSplit(spaced({ markets: list.map((body) => without(body, "liquidity_dollars")) })))
    }
  })

  it("is not divided if the markets are elsewhere, or if there are none", () => {
    const list = [stringsMarket()]
    for (const body of [
      { markets: [] },
      { market: stringsMarket() },
      { markets: list, event: eventBody() },
      { events: [eventBody({ markets: list })], markets: list },
      { events: [eventBody({ markets: list })] }
    ]) {
      assert.isFalse(isSplit(JSON.stringify(body)), JSON.stringify(body).slice(0, 60))
    }
  })
})

describe("the digest of a market's terms", () => {
  const digestOf = (but: Body) =>
    read(JSON.stringify({ markets: [stringsMarket(but)] }), knowing()).items[0]?.digest

  it("does not depend on the quote, and depends on every other field that a table has", () => {
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
    const fields = Object.values({ ...description.fields, ...payout.fields }).map(([wireName]) => wireName)
    assert.isAbove(fields.length, 30)
    for (const field of fields.filter((name) => name in stringsMarket() && name !== "ticker"))
      assert.notStrictEqual(digestOf({ [field]: null }), digestOf({}), field)
  })

  it("is that of no whole terms if a field cannot be read", () => {
    assert.notStrictEqual(digestOf({ title: 7 }), digestOf({ title: null }))
    assert.strictEqual(digestOf({ title: 7 }), digestOf({ title: 8 }))
  })
})

describe("a market that is listed in the same bytes as before", () => {
  const page = (...list: ReadonlyArray<Body>) => JSON.stringify({ markets: list })
  const [a, b, c] = ["A", "B", "C"].map((ticker) => stringsMarket({ ticker })) as [Body, Body, Body]
  const moved = { ...a, yes_bid_dollars: "0.1234" }

  /** Finds the markets of a listing that are the same objects as before, and so were not decoded again. */
  const quotesKept = (known: KnownMarkets.KnownMarkets, before: string, after: string) => {
    const quotes = new Set(read(before, known).items.map(({ quote }) => quote))
    return read(after, known).items.map(({ quote }) => quotes.has(quote))
  }

  it("is not decoded again, wherever it is in the listing", () => {
    assert.deepStrictEqual(quotesKept(knowing(), page(a, b, c), page(b, moved, c)), [true, false, true])
  })

  it("still has its terms", () => {
    const [again] = read(page(a), knowing(page(a))).items
    assert.strictEqual(again?.terms.title, "Will it rain more than 1 inch?")
  })

  it("is known in the form of any era, unless it could not be read", () => {
    const list = page(centsMarket({ ticker: "X" }), dualFpMarket({ ticker: "Y" }), {
      ...a,
      yes_bid_dollars: "7 cents"
    })
    assert.deepStrictEqual(quotesKept(knowing(list), list, list), [true, true, false])
    assert.deepStrictEqual(told(list, knowing(list)), told(list))
  })

  it("is replaced by the newest listing", () => {
    const known = knowing(page(a), page(moved))
    assert.deepStrictEqual(quotesKept(known, page(moved), page(moved)), [true])
    assert.deepStrictEqual(quotesKept(known, page(moved), page(a)), [false])
  })
})

describe("a long listing", () => {
  it.effect("gives the event loop turns while it is read", () =>
    Effect.gen(function* () {
      const list = Array.from({ length: 350 }, (_, i) => stringsMarket({ ticker: `T${i}` }))
      const text = JSON.stringify({ markets: list })
      let turns = 0
      let ended = false
      const turn = () => {
        turns += 1
        if (!ended) setImmediate(turn)
      }
      setImmediate(turn)
      const results = yield* KnownMarkets.make().read(Buffer.from(text))
      ended = true
      assert.lengthOf(results ?? [], list.length)
      assert.isAtLeast(turns, 3)
    })
  )
})

describe("a listing with more items than an answer can hold", () => {
  it("is left to the limit, which refuses it as a whole", () => {
    const list = Array(ITEMS_MAX + 1).fill('{"ticker":"A"}')
    assert.isFalse(isSplit(`{"markets":[${list.join(",")}]}`))
  })
})
