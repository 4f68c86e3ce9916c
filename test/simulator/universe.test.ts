import { assert, describe, it } from "@effect/vitest"
import { usOfMs } from "../../src/simulator/universe/instant.ts"
import { statusAt } from "../../src/simulator/universe/market-state.ts"
import { makeUniverse } from "../../src/simulator/universe/universe.ts"
import { marketText, versionAt } from "../../src/simulator/wire/market-json.ts"
import type { MarketJson } from "../../src/simulator/wire/wire.ts"
import { NOON, tickers } from "./support.ts"

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const u = makeUniverse(7, 1000)

describe("the universe", () => {
  it("is a function of the seed and the time", () => {
    const texts = (seed: number) =>
      makeUniverse(seed, 300)
        .openAt(NOON)
        .map((market) => marketText(market, usOfMs(NOON)))
    assert.deepStrictEqual(texts(1), texts(1))
    assert.notDeepEqual(texts(1), texts(2))
  })

  it("keeps about as many markets open as requested, at any time", () => {
    for (const size of [1, 5, 60, 1000, 3000]) {
      const universe = makeUniverse(3, size)
      for (const ms of [NOON, NOON + 7 * MINUTE, NOON + 5 * HOUR, NOON + 40 * 24 * HOUR]) {
        const open = universe.openAt(ms).filter((market) => !market.combo).length
        assert.isAtMost(Math.abs(open - size), Math.max(1, size * 0.05), `${open} open of ${size}`)
      }
    }
  })

  it("gives every market a unique ticker", () => {
    const names = tickers(makeUniverse(5, 20_000).openAt(NOON))
    assert.strictEqual(new Set(names).size, names.length)
  })

  it("has objects of the size of the exchange's", () => {
    const open = u.openAt(NOON).filter((market) => !market.combo)
    const bytes = open.map((market) => Buffer.byteLength(marketText(market, usOfMs(NOON))))
    const mean = bytes.reduce((sum, one) => sum + one, 0) / bytes.length
    assert.isAbove(mean, 1800)
    assert.isBelow(mean, 2500)
  })

  it("moves the quotes of less than a tenth of the markets in a quarter of an hour, and only on the 15 s grid", () => {
    const open = u.openAt(NOON).filter((market) => statusAt(market, usOfMs(NOON + 15 * MINUTE)) === "active")
    const moved = open.filter(
      (one) => versionAt(one, usOfMs(NOON)) !== versionAt(one, usOfMs(NOON + 15 * MINUTE))
    )
    assert.isAbove(moved.length, 0)
    assert.isBelow(moved.length / open.length, 0.1)
    for (const market of open) {
      assert.strictEqual(
        versionAt(market, usOfMs(NOON + 15_000)),
        versionAt(market, usOfMs(NOON + 29_999)),
        market.ticker
      )
    }
  })

  it("changes a market's text exactly when its version changes", () => {
    for (const market of u.openAt(NOON).filter((_, n) => n % 12 === 0)) {
      let version = -1
      let text = ""
      for (let at = usOfMs(NOON); at < usOfMs(NOON + 30 * HOUR); at += 1_713_000_000) {
        const next = versionAt(market, at)
        if (next === version) assert.strictEqual(marketText(market, at), text)
        version = next
        text = marketText(market, at)
      }
    }
  })

  it("lets each market live in order: active, closed, determined, finalized, with the final payout", () => {
    const settled = u.settledBetween(NOON, NOON + 3 * HOUR)
    assert.isAbove(settled.length, 100)
    for (const one of settled) {
      const after = u.marketAt(one.ticker, one.settledAtMs + 1)
      const before = u.marketAt(one.ticker, one.settledAtMs - 1)
      assert.strictEqual(after?.status, "finalized")
      assert.strictEqual(after?.result, one.result)
      assert.strictEqual(after?.settlement_value_dollars, one.valueDollars)
      assert.strictEqual(Date.parse(after?.settlement_ts ?? ""), Math.floor(one.settledAtMs))
      assert.strictEqual(after?.updated_time, after?.settlement_ts)
      assert.deepStrictEqual(
        [after?.yes_bid_dollars, after?.yes_ask_dollars, after?.no_bid_dollars, after?.no_ask_dollars],
        ["0.0000", "1.0000", "0.0000", "1.0000"]
      )
      assert.include(["determined", "amended"], before?.status)
      assert.isTrue(before?.settlement_ts === undefined || before.settlement_ts === null)
      const closedMs = Date.parse(after?.close_time ?? "")
      assert.strictEqual(u.marketAt(one.ticker, closedMs - 1)?.status, "active", one.ticker)
      const atClose = u.marketAt(one.ticker, closedMs + 1)
      assert.include(["closed", "determined"], atClose?.status)
      if (atClose?.status === "closed") assert.deepInclude(atClose, { result: "", expiration_value: "" })
    }
  })

  it("settles most markets within minutes, a few at a fraction, some after a dispute, in the exchange's proportions", () => {
    const universe = makeUniverse(11, 6000)
    const settled = universe.settledBetween(NOON, NOON + 24 * HOUR)
    const share = (result: string) => settled.filter((one) => one.result === result).length / settled.length
    assert.isAbove(share("scalar"), 0.008)
    assert.isBelow(share("scalar"), 0.032)
    assert.closeTo(share("yes"), 0.24, 0.03)
    const delays = settled
      .map(
        (one) =>
          one.settledAtMs - Date.parse(universe.marketAt(one.ticker, one.settledAtMs)?.close_time ?? "")
      )
      .sort((a, b) => a - b)
    const median = delays[delays.length >> 1] ?? 0
    assert.closeTo(median / 1000, 359, 60)
  })

  it("pauses some markets and disputes some results, as their status says", () => {
    const open = makeUniverse(11, 6000).openAt(NOON)
    const paused = open.filter(
      (market) => market.pausedFromUs > usOfMs(NOON) && market.pausedFromUs < market.closeUs
    )
    const disputed = open.filter(({ settlement }) => settlement.disputedUs < settlement.finalizedUs)
    assert.isAbove(paused.length, 10)
    assert.isAbove(disputed.length, 10)
    for (const market of paused) {
      assert.strictEqual(statusAt(market, market.pausedFromUs), "inactive")
      assert.strictEqual(statusAt(market, market.pausedUntilUs), "active")
    }
    for (const market of disputed) {
      const { amendedUs, determinedUs, disputedUs, finalizedUs } = market.settlement
      const moments = [market.closeUs - 1, determinedUs - 1, determinedUs, disputedUs, amendedUs, finalizedUs]
      assert.deepStrictEqual(
        moments.map((at) => statusAt(market, at)),
        ["active", "closed", "determined", "disputed", "amended", "finalized"]
      )
    }
    assert.isTrue(disputed.some((market) => market.firstResult.result !== market.outcome.result))
  })

  it("quotes on each market's own grid, with sides without orders, and whole and fractional counts", () => {
    const universe = makeUniverse(11, 6000)
    const open = universe
      .openAt(NOON)
      .map((market): MarketJson => JSON.parse(marketText(market, usOfMs(NOON))))
    for (const one of open) {
      const bid = Number(one.yes_bid_dollars)
      const ask = Number(one.yes_ask_dollars)
      assert.isBelow(bid, ask, one.ticker)
      assert.strictEqual(one.no_bid_dollars, (1 - ask).toFixed(4))
      assert.strictEqual(one.no_ask_dollars, (1 - bid).toFixed(4))
      assert.strictEqual(bid === 0, one.yes_bid_size_fp === "0.00")
      assert.strictEqual(ask === 1, one.yes_ask_size_fp === "0.00")
      for (const price of [bid, ask]) {
        const range = one.price_ranges.find(
          ({ start, end }) => price >= Number(start) && price <= Number(end)
        )
        const steps = price / Number(range?.step)
        assert.closeTo(steps, Math.round(steps), 1e-6, `${one.ticker} ${price}`)
      }
    }
    const subCent = open.filter((one) => /\.\d\d(?!00)\d\d$/.test(one.yes_bid_dollars))
    const broken = open.filter((one) => !one.yes_bid_size_fp.endsWith(".00"))
    const oneSided = open.filter(
      (one) => one.yes_bid_dollars === "0.0000" || one.yes_ask_dollars === "1.0000"
    )
    assert.isAbove(subCent.length, 100)
    assert.isAbove(broken.length, open.length / 5)
    assert.isAbove(oneSided.length, open.length / 5)
    for (const label of ["linear_cent", "deci_cent", "tapered_deci_cent", "center_deci_edge_centi_cent"]) {
      assert.isTrue(
        open.some((one) => one.price_level_structure === label),
        label
      )
    }
  })

  it("distinguishes absent, null and empty", () => {
    const universe = makeUniverse(11, 6000)
    const open = universe
      .openAt(NOON)
      .map((market): MarketJson => JSON.parse(marketText(market, usOfMs(NOON))))
    const kinds = (key: keyof MarketJson) =>
      new Set(
        open.map((one) =>
          key in one ? (one[key] === null ? "null" : one[key] === "" ? "empty" : "value") : "absent"
        )
      )
    assert.deepStrictEqual(kinds("occurrence_datetime"), new Set(["value", "absent", "null"]))
    assert.deepStrictEqual(kinds("fee_waiver_expiration_time"), new Set(["value", "absent", "null"]))
    assert.deepStrictEqual(kinds("subtitle"), new Set(["value", "absent", "empty"]))
    assert.deepStrictEqual(kinds("settlement_ts"), new Set(["absent", "null"]))
    assert.deepStrictEqual(kinds("liquidity_dollars"), new Set(["value", "absent"]))
    assert.deepStrictEqual(kinds("title"), new Set(["value", "absent"]))
    assert.deepStrictEqual(kinds("is_provisional"), new Set(["value", "absent"]))
  })
})
