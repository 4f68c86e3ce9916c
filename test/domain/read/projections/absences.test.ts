import { assert, describe, it } from "@effect/vitest"
import { absences } from "../../../../src/domain/read/absences/projection.ts"
import { observe } from "../observe.ts"
import { stringsMarket } from "../wire/bodies.ts"
import { rowsIn } from "./rows.ts"

const asked = (request: string, ...markets: ReadonlyArray<unknown>) =>
  observe(
    { cursor: "", markets },
    { feed: "states", request, endpoint: `GET ${request.split("?")[0]}`, observedAt: AT }
  )

const AT = "2026-11-22T12:15:03.000001Z"

const A = stringsMarket({ ticker: "A" })

describe("absences", () => {
  it("are the names in a request that its answer lacks, for each tier", () => {
    const absent = (tier: string, ...tickers: ReadonlyArray<string>) =>
      tickers.map((market) => ({ market, tier, asked_at: AT }))
    assert.deepStrictEqual(
      rowsIn(absences, "market_absences", asked("/markets?limit=1000&tickers=A%2CB%2CC", A)),
      absent("live", "B", "C")
    )
    assert.deepStrictEqual(
      rowsIn(absences, "market_absences", asked("/historical/markets?limit=1000&tickers=A%2CB", A)),
      absent("historical", "B")
    )
    assert.deepStrictEqual(rowsIn(absences, "market_absences", asked("/markets?limit=1000&tickers=A", A)), [])
  })

  it("do not follow from a listing, or from a request with another filter", () => {
    const listed = [
      "/markets?limit=1000&mve_filter=exclude&status=open",
      "/markets?limit=1000&status=open&tickers=A",
      "/historical/markets?limit=1000",
      "/markets?limit=1000&tickers="
    ]
    for (const request of listed) assert.isFalse(absences.reads(asked(request)), request)
    assert.isFalse(absences.reads({ ...asked("/markets?limit=1000&tickers=A"), page: 1 }))
    assert.isFalse(
      absences.reads({ ...asked("/markets/orderbooks?tickers=A"), endpoint: "GET /markets/orderbooks" }),
      "an unknown market has an empty book"
    )
  })

  it("do not follow from an answer in which the name of a market cannot be read", () => {
    const request = "/markets?limit=1000&tickers=A%2CB"
    assert.deepStrictEqual(rowsIn(absences, "market_absences", asked(request, A, { ticker: 7 })), [])
  })

  it("follow from an answer in which only the terms of a market cannot be read", () => {
    const odd = { ...A, ticker: "B", title: 7 }
    const absent = rowsIn(absences, "market_absences", asked("/markets?limit=1000&tickers=A%2CB%2CC", A, odd))
    assert.deepStrictEqual(
      absent.map(({ market }) => market),
      ["C"]
    )
  })
})
