/** Order books and trades in the form of each era, written by hand from the schema. */
import type { Body } from "./bodies.ts"

/** Until 2025-08: whole cents and whole contracts. */
export const centsBook: Body = {
  yes: [
    [1, 500],
    [40, 12]
  ],
  no: [[55, 7]]
}

/** From 2025-08: prices in dollars beside the cents. */
export const dualBook: Body = {
  ...centsBook,
  yes_dollars: [
    ["0.0100", 500],
    ["0.4049", 12]
  ],
  no_dollars: [["0.5550", 7]]
}

/** Since 2026-03: texts only. */
export const stringsBook: Body = {
  yes_dollars: [
    ["0.0001", "1209.98"],
    ["0.4049", "0.01"]
  ],
  no_dollars: [["0.5550", "100.00"]]
}

export const emptyBook: Body = { yes_dollars: [], no_dollars: [] }

const traded: Body = {
  trade_id: "0723a045-55c1-a478-de4a-642a5deee757",
  ticker: "KXBTC15M-26SEP261900-00",
  created_time: "2026-09-26T22:52:42.72864Z",
  taker_side: "yes"
}

export const centsTrade = (but: Body = {}): Body => ({
  ...traded,
  count: 8,
  price: 0.77,
  yes_price: 77,
  no_price: 23,
  ...but
})

export const dualTrade = (but: Body = {}): Body => ({
  ...centsTrade(),
  yes_price_dollars: "0.7749",
  no_price_dollars: "0.2251",
  ...but
})

/** From 2026-01-22 to 2026-03-11. */
export const dualFpTrade = (but: Body = {}): Body => ({ ...dualTrade(), count_fp: "8.94", ...but })

export const stringsTrade = (but: Body = {}): Body => ({
  ...traded,
  count_fp: "8.94",
  yes_price_dollars: "0.7749",
  no_price_dollars: "0.2251",
  taker_outcome_side: "yes",
  taker_book_side: "bid",
  is_block_trade: false,
  ...but
})
