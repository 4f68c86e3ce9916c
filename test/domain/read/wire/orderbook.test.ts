import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import type { Level } from "../../../../src/domain/read/orderbooks/orderbook.ts"
import { books } from "../../../../src/domain/read/orderbooks/wire.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"
import { toCents, toContracts } from "../../../../src/domain/units/fixed.ts"
import { observe } from "../observe.ts"
import { centsBook, dualBook, emptyBook, stringsBook } from "./tape-bodies.ts"

const read = (body: unknown) => new Reading(observe(body)).items(books)

const shown = (levels: ReadonlyArray<Level>) =>
  levels.map(({ price, size }) => [toCents(price), toContracts(size)])

const booksIn = (body: unknown) => {
  const { items, problems } = read(body)
  assert.deepStrictEqual(problems, [])
  return items.map(({ no, ticker, yes }) => ({ ticker, yes: shown(yes), no: shown(no) }))
}

const alone = { ticker: undefined }

describe("an order book", () => {
  it("of today has pairs of texts, in a batch or alone", () => {
    const book = {
      yes: [
        [0.01, 1209.98],
        [40.49, 0.01]
      ],
      no: [[55.5, 100]]
    }
    assert.deepStrictEqual(booksIn({ orderbook_fp: stringsBook }), [{ ...alone, ...book }])
    const listed = {
      orderbooks: [
        { ticker: "A", orderbook_fp: stringsBook },
        { ticker: "B", orderbook_fp: emptyBook }
      ]
    }
    assert.deepStrictEqual(booksIn(listed), [
      { ticker: "A", ...book },
      { ticker: "B", yes: [], no: [] }
    ])
  })

  it("until 2025-08 has whole cents and whole contracts", () => {
    const book = {
      yes: [
        [1, 500],
        [40, 12]
      ],
      no: [[55, 7]]
    }
    assert.deepStrictEqual(booksIn({ orderbook: centsBook }), [{ ...alone, ...book }])
  })

  it("of the time between has dollars beside cents, and the dollars are finer", () => {
    const book = {
      yes: [
        [1, 500],
        [40.49, 12]
      ],
      no: [[55.5, 7]]
    }
    assert.deepStrictEqual(booksIn({ orderbook: dualBook }), [{ ...alone, ...book }])
    assert.deepStrictEqual(booksIn({ orderbook: { ...dualBook, yes_dollars: null } }), [
      {
        ...alone,
        ...book,
        yes: [
          [1, 500],
          [40, 12]
        ]
      }
    ])
    const both = booksIn({ orderbook: centsBook, orderbook_fp: stringsBook })
    assert.deepStrictEqual(both, booksIn({ orderbook_fp: stringsBook }))
  })

  it("has an empty side for null and for no levels, but no side for an absent one", () => {
    const nulls = { yes: null, no: null, yes_dollars: null, no_dollars: null }
    for (const body of [
      { orderbook: nulls },
      { orderbook: { yes: [], no: null } },
      { orderbook_fp: emptyBook }
    ])
      assert.deepStrictEqual(booksIn(body), [{ ...alone, yes: [], no: [] }])
    for (const [body, path] of [
      [{ orderbook_fp: {} }, "orderbook_fp.yes"],
      [{ orderbook_fp: { yes_dollars: [] } }, "orderbook_fp.no"],
      [{ orderbook: null }, "orderbook"],
      [{ orderbooks: [{ ticker: "A" }] }, "orderbooks[0].orderbook_fp"],
      [{ orderbooks: [{ orderbook_fp: emptyBook }] }, "orderbooks[0].ticker"],
      [{ orderbooks: [7] }, "orderbooks[0]"],
      [{ books: [] }, "body"]
    ] as const) {
      const { items, problems } = read(body)
      assert.deepStrictEqual([items, problems.map((wrong) => wrong.path)], [[], [path]])
    }
  })

  it("is refused as a whole if a level is not exact, and the other books are kept", () => {
    const levels = [
      ["0.5", 0.5],
      [0.5, "1.00"],
      ["0.50"],
      ["0.50", "1", "2"],
      ["0.50", ""],
      ["0.1234567", "1"],
      null
    ]
    for (const level of levels) {
      const bad = { yes_dollars: [["0.0100", "1.00"], level], no_dollars: [] }
      const { items, problems } = read({
        orderbooks: [
          { ticker: "A", orderbook_fp: bad },
          { ticker: "B", orderbook_fp: stringsBook }
        ]
      })
      assert.deepStrictEqual(
        items.map(({ ticker }) => ticker),
        ["B"]
      )
      assert.deepStrictEqual(
        problems.map(({ path }) => path),
        ["orderbooks[0].orderbook_fp.yes_dollars[1]"]
      )
    }
    const [wrong] = read({ orderbook: { yes: [[1.5, 2]], no: null } }).problems
    assert.strictEqual(wrong?.path, "orderbook.yes[0]")
  })

  it.prop(
    "keeps every digit",
    [fc.array(fc.tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 2 ** 50 })))],
    ([pairs]) => {
      const sent = (units: number) => `${Math.floor(units / 1e6)}.${String(units % 1e6).padStart(6, "0")}`
      const yes_dollars = pairs.map(([price, size]) => [sent(price), sent(size)])
      const [book] = read({ orderbook_fp: { yes_dollars, no_dollars: [] } }).items
      assert.deepStrictEqual(
        book?.yes.map(({ price, size }) => [price, size]),
        pairs
      )
    }
  )
})
