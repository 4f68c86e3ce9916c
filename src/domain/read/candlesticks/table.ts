import type { PublicTable } from "../table.ts"

export const candlesticks: PublicTable = {
  name: "candlesticks",
  about: "what each market's quote and trades did in a period; prices in cents, counts in contracts",
  columns: {
    ticker: "text",
    period_minutes: "integer",
    end_time: "time",
    yes_bid_open: "cents",
    yes_bid_low: "cents",
    yes_bid_high: "cents",
    yes_bid_close: "cents",
    yes_ask_open: "cents",
    yes_ask_low: "cents",
    yes_ask_high: "cents",
    yes_ask_close: "cents",
    price_open: "cents",
    price_low: "cents",
    price_high: "cents",
    price_close: "cents",
    price_mean: "cents",
    price_previous: "cents",
    volume: "contracts",
    open_interest: "contracts"
  },
  key: ["ticker", "period_minutes", "end_time"],
  origin: "projected"
}
