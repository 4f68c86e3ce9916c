/** Order books and trades in the notation of the tests. */
import type { Observation } from "../../../../src/domain/observation.ts"
import { slotSeconds } from "../../../../src/domain/units/time.ts"
import { observe } from "../../../domain/read/observe.ts"
import type { Body } from "../../../domain/read/wire/bodies.ts"
import { stringsTrade } from "../../../domain/read/wire/tape-bodies.ts"

type Levels = ReadonlyArray<readonly [price: string, size: string]>

/** A book of one market, from the worst bid to the best. */
export const sent = (ticker: string, yes: Levels, no: Levels = []): Body => ({
  ticker,
  orderbook_fp: { yes_dollars: yes, no_dollars: no }
})

/** An answer of the `orderbooks` feed; another `part` is another request of the same slot. */
export const bookPage = (
  slot: string,
  observedAt: string,
  part: number,
  ...books: ReadonlyArray<Body>
): Observation =>
  observe(
    { orderbooks: books },
    {
      feed: "orderbooks",
      endpoint: "GET /markets/orderbooks",
      request: `/markets/orderbooks?tickers=part-${part}`,
      slot: slotSeconds(slot),
      observedAt
    }
  )

/** A trade of one contract at 40 cents. */
export const trade = (trade_id: string, ticker: string, created_time: string, but: Body = {}): Body =>
  stringsTrade({
    trade_id,
    ticker,
    created_time,
    yes_price_dollars: "0.4000",
    no_price_dollars: "0.6000",
    count_fp: "1.00",
    ...but
  })

/** A page of the tape. */
export const tradePage = (page: number, ...trades: ReadonlyArray<Body>): Observation =>
  observe(
    { trades, cursor: "" },
    { feed: "trades", endpoint: "GET /markets/trades", request: "/markets/trades?limit=1000", page }
  )
