/** A local exchange for a test, and a client that keeps the bytes. */
import { Effect } from "effect"
import { parseFaults } from "../../src/simulator/http/faults.ts"
import { type LocalExchange, type LocalExchangeOptions, serve } from "../../src/simulator/http/server.ts"
import type { EventJson, MarketJson, TradeJson } from "../../src/simulator/wire/wire.ts"
import { NOON } from "../clock/noon.ts"

export { NOON }

/** Time stands still (speed 0) unless a test says otherwise, so that all answers belong to one moment. */
export const exchange = (options: Partial<LocalExchangeOptions> = {}) =>
  serve({ markets: 400, seed: 7, speed: 0, startsAt: NOON, faults: [], ...options })

export const faults = (text: string) => Effect.orDie(parseFaults(text))

export interface Got {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Follows no redirects; fails if the connection fails. */
export const get = (x: LocalExchange, path: string, headers: Record<string, string> = {}) =>
  Effect.tryPromise(async (signal): Promise<Got> => {
    const response = await fetch(x.url + path, { headers, redirect: "manual", signal })
    return { status: response.status, headers: response.headers, text: await response.text() }
  })

export interface MarketsPage {
  readonly cursor: string
  readonly markets: ReadonlyArray<MarketJson>
}

export interface EventsPage {
  readonly cursor: string
  readonly events: ReadonlyArray<EventJson & { readonly markets?: ReadonlyArray<MarketJson> }>
}

export interface TradesPage {
  readonly cursor: string
  readonly trades: ReadonlyArray<TradeJson>
}

export const json = <A>(x: LocalExchange, path: string) =>
  Effect.map(get(x, path), (got): A => JSON.parse(got.text))

/** All pages of a listing; `between` runs after each. */
export const walk = (x: LocalExchange, query: string, between: Effect.Effect<void> = Effect.void) =>
  Effect.gen(function* () {
    const markets: Array<MarketJson> = []
    let cursor = ""
    do {
      const page = yield* json<MarketsPage>(x, `/markets?${query}&cursor=${encodeURIComponent(cursor)}`)
      markets.push(...page.markets)
      cursor = page.cursor
      yield* between
    } while (cursor !== "")
    return markets
  })

/** All trades of a walk along a tape (`/markets/trades`, `/historical/trades`), in the order of its pages. */
export const walkTape = (
  x: LocalExchange,
  path: string,
  query: string,
  between: Effect.Effect<void> = Effect.void
) =>
  Effect.gen(function* () {
    const trades: Array<TradeJson> = []
    let cursor = ""
    do {
      const page = yield* json<TradesPage>(x, `${path}?${query}&cursor=${encodeURIComponent(cursor)}`)
      trades.push(...page.trades)
      cursor = page.cursor
      yield* between
    } while (cursor !== "")
    return trades
  })

export const tickers = (markets: ReadonlyArray<{ readonly ticker: string }>) =>
  markets.map((one) => one.ticker)
