/** The meaning of the columns of `market_history`, `event_history` and `series_history`: those of the tables beside. */
import type { eventHistory } from "../events/table.ts"
import type { marketHistory } from "../markets/table.ts"
import type { seriesHistory } from "../series/table.ts"
import { eventsColumns, seriesColumns } from "./events.ts"
import { marketsColumns } from "./markets.ts"
import type { Meanings } from "./meanings.ts"

const version = {
  observed_at: "when this version was first received: it was known from then on, until the next one",
  seq: "number of that answer in the log, which orders the versions"
}

const { ended_at, not_found_at, series_ticker, ...described } = marketsColumns

export const marketHistoryColumns: Meanings<typeof marketHistory> = {
  ...described,
  category:
    "the market's own, as it was sent; NULL for newer markets: `series_history` has that of the series",
  close_time: "when trading ends, as announced then",
  mve_selected_legs:
    "the legs of a combo as JSON: `combo_legs` has them one by one, as last described; NULL for other markets",
  ...version
}

export const eventHistoryColumns: Meanings<typeof eventHistory> = {
  ...eventsColumns,
  category: "the event's own, as it was sent",
  ...version
}

export const seriesHistoryColumns: Meanings<typeof seriesHistory> = { ...seriesColumns, ...version }
