/**
 * Order books, a hundred markets a request. The exchange keeps no history of books, so a book that is not
 * recorded is lost.
 */

import { batched, batches } from "../batch.ts"
import type { Feed, MarketSet } from "../feed.ts"
import { single } from "../request.ts"

/** The books to record: those of markets with volume or open interest, of all open markets, or of these tickers. */
export type BookChoice = "traded" | "open" | ReadonlyArray<string>

const sets: Readonly<Record<"traded" | "open", { readonly marketSet: MarketSet; readonly about: string }>> = {
  traded: {
    marketSet: "liquid",
    about: "the order book of every open market with volume or open interest"
  },
  open: { marketSet: "open", about: "the order book of every open market" }
}

const booksOf = (tickers: ReadonlyArray<string>) => single("/markets/orderbooks", "orderbooks", { tickers })

export const orderbooksOf = (choice: BookChoice): Feed => {
  const chosen = typeof choice === "string" ? undefined : [...new Set(choice)].sort()
  return {
    name: "orderbooks",
    ...(typeof choice === "string" ? sets[choice] : { about: "the order book of each chosen market" }),
    everySeconds: 60 * 60,
    steady: true,
    requests: ({ tickers }) => batches(chosen ?? tickers).map((some) => batched(some, true, booksOf))
  }
}

export const orderbooks: Feed = orderbooksOf("traded")
