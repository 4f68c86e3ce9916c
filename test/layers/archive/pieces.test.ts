/** Cutting bodies: the pieces of any bytes are the bytes, and the items of an answer are pieces of their own. */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { cutBody, keyOf, PIECE_BYTES_MAX, type PieceKind } from "../../../src/layers/archive/pieces.ts"

const join = (body: Buffer): Buffer =>
  Buffer.concat(cutBody(body).map(({ end, from }) => body.subarray(from, end)))

/** The pieces of a text, as kind and text; what stands between two items is left out. */
const piecesOf = (text: string): ReadonlyArray<readonly [PieceKind, string]> => {
  const body = Buffer.from(text)
  return cutBody(body).map(({ from, kind, to }) => [kind, body.toString("utf8", from, to)] as const)
}

const wholeAndInOrder = (body: Buffer) => {
  let at = 0
  for (const { end, from, to } of cutBody(body)) {
    assert.strictEqual(from, at)
    assert.isTrue(from <= to && to <= end && end > from)
    assert.isAtMost(end - from, PIECE_BYTES_MAX)
    at = end
  }
  assert.strictEqual(at, body.length)
  assert.isTrue(join(body).equals(body))
}

/** Texts out of which bodies are made that look like listings, and are none. */
const fragments = [
  '{"markets":[{"a":1,',
  '"markets"',
  '{"events":[{"event_ticker":"E","markets":[{"a":1}',
  '},{"a":1,',
  '},{"event_ticker":"F"',
  '},\n{ "a" : ',
  '"}]}',
  "}]}",
  '],"cursor":"',
  '{"market":{',
  '{"candlesticks":[{"a"',
  "\\",
  '"',
  "é€😀",
  " \t\r\n",
  "null",
  "[[{{",
  "\0"
]

describe("a body", () => {
  it("is its pieces, whatever its bytes are", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => wholeAndInOrder(Buffer.from(bytes))))
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...fragments), { maxLength: 30 }), (parts) =>
        wholeAndInOrder(Buffer.from(parts.join("")))
      ),
      { numRuns: 2000 }
    )
  })

  it("is its pieces where a listing is cut anywhere", () => {
    const page = JSON.stringify({
      events: [1, 2].map((n) => ({ event_ticker: `E${n}`, markets: [{ ticker: "é" }, { ticker: "}],{" }] })),
      cursor: null
    })
    const bytes = Buffer.from(page)
    for (let length = 0; length <= bytes.length; length++) wholeAndInOrder(bytes.subarray(0, length))
  })
})

describe("a listing", () => {
  it("is cut into its markets, in either order of its keys and with any whitespace", () => {
    const markets = [{ can_close: true, ticker: "A" }, { can_close: false, ticker: "B" }, { can_close: true }]
    for (const page of [
      { cursor: 'x"}],', markets },
      { markets, cursor: "" }
    ]) {
      for (const space of [0, 2, "\t"]) {
        const items = piecesOf(JSON.stringify(page, null, space)).filter(([kind]) => kind === "market")
        assert.deepStrictEqual(
          items.map(([, text]) => JSON.parse(text)),
          markets
        )
      }
    }
  })

  it("is not cut within an item that holds objects of its own", () => {
    const market = { can_close: true, legs: [{ side: "yes" }, { side: "no" }], ticker: "A" }
    const items = piecesOf(JSON.stringify({ markets: [market, market] }))
    assert.deepStrictEqual(
      items.map(([kind]) => kind),
      ["text", "market", "market", "text"]
    )
  })

  it("is cut into events and their markets", () => {
    const event = (n: number) => ({
      category: "Crypto",
      event_ticker: `E${n}`,
      sources: [{ name: "a" }, { name: "b" }],
      markets: [{ ticker: `E${n}-1` }, { ticker: `E${n}-2` }]
    })
    const items = piecesOf(JSON.stringify({ events: [event(1), event(2)], cursor: "" }))
    assert.deepStrictEqual(
      items.map(([kind]) => kind),
      ["text", "event", "market", "market", "text", "event", "market", "market", "text", "text"]
    )
    assert.strictEqual(items[3]?.[1], '{"ticker":"E1-2"}')
  })

  it("of every other kind is cut, and its items say which thing they are of", () => {
    const lists: ReadonlyArray<readonly [string, Exclude<PieceKind, "text">, object, string]> = [
      ["events", "event", { category: "x", event_ticker: "E", title: "t" }, "E"],
      ["trades", "trade", { count_fp: "1.00", ticker: "T", trade_id: "1" }, "T"],
      ["orderbooks", "book", { orderbook_fp: { no_dollars: [["0.1", "2"]] }, ticker: "B" }, "B"],
      ["series", "series", { categories: ["x"], ticker: "S" }, "S"],
      ["markets", "candles", { candlesticks: [{ end_period_ts: 1 }], market_ticker: "C" }, "C"]
    ]
    for (const [name, kind, item, key] of lists) {
      const found = piecesOf(JSON.stringify({ [name]: [item, item, item] })).filter(([is]) => is === kind)
      assert.strictEqual(found.length, 3, name)
      assert.strictEqual(keyOf(kind, Buffer.from(found[1]?.[1] ?? "")), key)
    }
  })

  it("of one thing is an item and the text around it", () => {
    const found = piecesOf('{"market":{"ticker":"A","legs":[{"a":{}}]}}')
    assert.deepStrictEqual(found, [
      ["text", '{"market":'],
      ["market", '{"ticker":"A","legs":[{"a":{}}]}'],
      ["text", "}"]
    ])
  })

  it("without items, and an answer of another kind, are one piece", () => {
    for (const text of [
      '{"markets":[],"cursor":""}',
      '{"exchange_active":true}',
      "<html>",
      '{"error":{"code":1}}'
    ])
      assert.deepStrictEqual(piecesOf(text), [["text", text]])
    assert.deepStrictEqual(piecesOf(""), [])
  })
})
