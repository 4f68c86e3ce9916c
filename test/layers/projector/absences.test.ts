/** A market that disappears from both tiers keeps its last description, and the table marks it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { isoMicros } from "../../../src/domain/units/time.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { answer, SLOT, scopedFolder } from "../sqlite/support.ts"
import { everything, rebuild, rowsOf, tablesIn, tell, verify } from "./support.ts"

const utf8 = new TextEncoder()
const at = (second: number) => isoMicros((SLOT + second) * 1_000_000)

const market = (ticker: string) => stringsMarket({ ticker, status: "active", settlement_ts: null })

const listing = (second: number, ...tickers: ReadonlyArray<string>) =>
  answer(0, {
    slot: SLOT + second,
    observedAt: at(second),
    body: utf8.encode(JSON.stringify({ cursor: "", markets: tickers.map(market) }))
  })

/** Both tiers are asked for markets by name, one answer a second after the other. */
const byName = (
  second: number,
  names: string,
  live: ReadonlyArray<string>,
  historical: ReadonlyArray<string>
) =>
  (["/markets", "/historical/markets"] as const).map((path, n) => ({
    ...listing(second + n, ...(n === 0 ? live : historical)),
    feed: "states",
    endpoint: `GET ${path}`,
    request: `${path}?limit=1000&tickers=${encodeURIComponent(names)}`
  }))

const known = (folder: string) =>
  Object.fromEntries(
    rowsOf(folder, "SELECT ticker, status, not_found_at FROM markets ORDER BY ticker").map(
      ({ not_found_at, status, ticker }) => [ticker, `${status} ${not_found_at}`]
    )
  )

describe("a market that is requested by name", () => {
  it.scoped("and is in neither tier is marked as not found, until a listing shows it again", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        yield* tell(listing(0, "BACK", "GONE", "LIVE", "PAST"))
        yield* tell(...byName(10, "BACK,GONE,LIVE,PAST", ["LIVE"], ["PAST"]))
        const seen = "active null"
        assert.deepStrictEqual(known(folder), {
          BACK: `active ${at(11)}`,
          GONE: `active ${at(11)}`,
          LIVE: seen,
          PAST: seen
        })
        yield* tell(...byName(20, "GONE", [], []))
        yield* tell(listing(30, "BACK"))
        const told = { BACK: seen, GONE: `active ${at(21)}`, LIVE: seen, PAST: seen }
        assert.deepStrictEqual(known(folder), told)

        yield* verify
        const before = everything(folder)
        yield* rebuild
        assert.deepStrictEqual(everything(folder), before)
      }).pipe(Effect.provide(tablesIn(folder)))
    })
  )

  it.scoped("is not marked if only one tier has been asked since its last sighting", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const [live, historical] = byName(10, "A", [], [])
      yield* Effect.gen(function* () {
        yield* tell(listing(0, "A"), ...(live === undefined ? [] : [live]))
        assert.deepStrictEqual(known(folder), { A: "active null" })
        yield* tell(listing(10.5, "A"), ...(historical === undefined ? [] : [historical]))
        assert.deepStrictEqual(known(folder), { A: "active null" })
      }).pipe(Effect.provide(tablesIn(folder)))
    })
  )
})
