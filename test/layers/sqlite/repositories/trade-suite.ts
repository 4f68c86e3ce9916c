/** The contract of every TradeRepository. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { type TradeRecord, TradeRepository } from "../../../../src/services/TradeRepository.ts"
import { centsTrade } from "../../../domain/read/wire/tape-bodies.ts"
import { type Adapter, at, collect, pageSizes, utcTime } from "./support.ts"
import { trade, tradePage } from "./tape.ts"

const NOON = "2026-11-22T12:00:00Z"
const AFTER_NOON = "2026-11-22T12:00:00.000001Z"

const ids = (trades: ReadonlyArray<TradeRecord>) => trades.map(({ tradeId }) => tradeId)

/** Newest first, in the order of the tape; the two pages overlap. */
const tape = [
  tradePage(
    0,
    trade("f", "A", "2026-11-23T09:00:00Z", { count_fp: "0.10" }),
    trade("e", "B", "2026-11-22T12:20:00Z"),
    trade("d", "A", "2026-11-22T12:20:00Z", { count_fp: "0.20" }),
    trade("c", "A", AFTER_NOON)
  ),
  tradePage(
    1,
    trade("c", "A", AFTER_NOON),
    trade("b2", "A", NOON, { count_fp: "2.50" }),
    trade("b1", "A", NOON),
    trade("a", "A", "2026-11-22T11:59:59.999999Z")
  )
]

const always = { from: at("2026-01-01T00:00:00Z"), to: at("2027-01-01T00:00:00Z") }

export const tradeSuite = (name: string, adapter: Adapter<TradeRepository>) =>
  describe(`TradeRepository of ${name}`, () => {
    const over = (observations: Parameters<typeof adapter>[0]) => Effect.provide(adapter(observations))

    it.effect("returns a trade to the last digit and microsecond", () =>
      Effect.gen(function* () {
        const expected: TradeRecord = {
          tradeId: "x",
          ticker: "K",
          createdTime: utcTime("2026-11-22T12:00:00.123456Z"),
          yesPrice: 6.9,
          noPrice: 93.1,
          count: 0.01,
          takerSide: "yes",
          isBlockTrade: true
        }
        const { latest } = yield* TradeRepository
        assert.deepStrictEqual(yield* latest("K", at("2026-11-22T12:00:00.124Z")), Option.some(expected))
        const old = Option.getOrThrow(yield* latest("OLD", at("2026-12-01T00:00:00Z")))
        assert.deepStrictEqual([old.yesPrice, old.noPrice, old.count, old.isBlockTrade], [77, 23, 8, null])
      }).pipe(
        over([
          tradePage(
            0,
            trade("x", "K", "2026-11-22T12:00:00.123456Z", {
              yes_price_dollars: "0.0690",
              no_price_dollars: "0.9310",
              count_fp: "0.01",
              is_block_trade: true
            }),
            centsTrade({ ticker: "OLD" })
          )
        ])
      )
    )

    it.effect("lists a market's trades from one moment up to, but not including, another, oldest first", () =>
      Effect.gen(function* () {
        const { ofMarket } = yield* TradeRepository
        const list = (from: string, to: string) =>
          Effect.map(collect(ofMarket("A", { from: utcTime(from), to: utcTime(to) })), ids)
        assert.deepStrictEqual(ids(yield* collect(ofMarket("A", always))), ["a", "b1", "b2", "c", "d", "f"])
        assert.deepStrictEqual(yield* list("2026-11-22T12:00:00.000000Z", AFTER_NOON), ["b1", "b2"])
        assert.deepStrictEqual(yield* list(AFTER_NOON, "2026-11-23T09:00:00.000000Z"), ["c", "d"])
        assert.deepStrictEqual(yield* list(AFTER_NOON, "2026-11-22T12:00:00.000000Z"), [])
        assert.deepStrictEqual(yield* collect(ofMarket("unknown", always)), [])
      }).pipe(over(tape))
    )

    it.effect("lists the trades of all markets in the same order, each once", () =>
      Effect.gen(function* () {
        const { between } = yield* TradeRepository
        assert.deepStrictEqual(ids(yield* collect(between(always))), ["a", "b1", "b2", "c", "d", "e", "f"])
        const range = { from: at(NOON), to: at("2026-11-22T12:20:00Z") }
        assert.deepStrictEqual(ids(yield* collect(between(range))), ["b1", "b2", "c"])
      }).pipe(over(tape))
    )

    it.effect("finds a market's last trade at a moment", () =>
      Effect.gen(function* () {
        const { latest } = yield* TradeRepository
        const last = (ticker: string, moment: Parameters<typeof latest>[1]) =>
          Effect.map(
            latest(ticker, moment),
            Option.map(({ tradeId }) => tradeId)
          )
        assert.deepStrictEqual(yield* last("A", at("2026-12-01T00:00:00Z")), Option.some("f"))
        assert.deepStrictEqual(yield* last("A", at("2026-11-23T08:00:00Z")), Option.some("d"))
        assert.deepStrictEqual(yield* last("A", utcTime(AFTER_NOON)), Option.some("c"))
        assert.deepStrictEqual(yield* last("A", at(NOON)), Option.some("b2"))
        assert.deepStrictEqual(yield* last("A", at("2026-11-22T11:59:59.999Z")), Option.none())
        assert.deepStrictEqual(yield* last("unknown", at(NOON)), Option.none())
      }).pipe(over(tape))
    )

    it.effect("sums what a market traded without the rounding errors of doubles", () =>
      Effect.gen(function* () {
        const { volume } = yield* TradeRepository
        assert.deepStrictEqual(yield* volume("A", always), { trades: 6, contracts: 5.8 })
        const range = { from: at("2026-11-22T12:20:00Z"), to: at("2026-11-24T00:00:00Z") }
        assert.deepStrictEqual(yield* volume("A", range), { trades: 2, contracts: 0.3 })
        assert.deepStrictEqual(yield* volume("unknown", always), { trades: 0, contracts: 0 })
      }).pipe(over(tape))
    )

    it.effect("returns the same trades whatever the page size", () =>
      Effect.gen(function* () {
        const { between, ofMarket } = yield* TradeRepository
        const [all, some] = [yield* collect(between(always)), yield* collect(ofMarket("A", always))]
        for (const pageRows of pageSizes(all.length)) {
          assert.deepStrictEqual(yield* collect(between(always, { pageRows })), all, `by ${pageRows}`)
          assert.deepStrictEqual(yield* collect(ofMarket("A", always, { pageRows })), some, `by ${pageRows}`)
        }
      }).pipe(over(tape))
    )

    it.effect("finds nothing in an empty database", () =>
      Effect.gen(function* () {
        const { between, latest, ofMarket, volume } = yield* TradeRepository
        assert.deepStrictEqual(yield* latest("A", at(NOON)), Option.none())
        assert.deepStrictEqual(yield* volume("A", always), { trades: 0, contracts: 0 })
        assert.deepStrictEqual(yield* collect(between(always)), [])
        assert.deepStrictEqual(yield* collect(ofMarket("A", always)), [])
      }).pipe(over([]))
    )
  })
