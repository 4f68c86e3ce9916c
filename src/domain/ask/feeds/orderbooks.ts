/**
 * Order books, a hundred markets a request. The exchange keeps no book of the past: one that is not
 * recorded is gone.
 */
import { batched, batches } from "../batch.ts"
import type { Feed, FeedRequest } from "../feed.ts"

/** The books of markets with volume or open interest, of all open ones, or of these tickers. */
export type Choice = "traded" | "open" | ReadonlyArray<string>

const about: Readonly<Record<"traded" | "open", string>> = {
  traded: "the order book of every open market with volume or open interest",
  open: "the order book of every open market"
}

const booksOf = (tickers: ReadonlyArray<string>): FeedRequest => ({
  endpoint: "GET /markets/orderbooks",
  path: "/markets/orderbooks",
  query: { tickers },
  items: "orderbooks",
  paged: false
})

export const orderbooksOf = (choice: Choice): Feed => {
  const roster = typeof choice === "string" ? choice : undefined
  const chosen = typeof choice === "string" ? undefined : [...new Set(choice)].sort()
  return {
    name: "orderbooks",
    about: roster === undefined ? "the order book of each chosen market" : about[roster],
    everySeconds: 60 * 60,
    steady: true,
    ...(roster === undefined ? {} : { roster }),
    requests: ({ tickers }) => batches(chosen ?? tickers).map((some) => batched(some, true, booksOf))
  }
}

export const orderbooks: Feed = orderbooksOf("traded")
