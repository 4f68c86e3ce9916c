/** `historical_cutoff`: where the exchange's live tier ended and its historical tier began, at each time of asking. */
import { time } from "../column.ts"
import { observedAt, seq } from "../slots.ts"
import { factTable } from "../table.ts"
import { shownOf, view } from "../view.ts"
import type { CutoffTimes } from "./wire.ts"

export const cutoffRows = factTable<CutoffTimes>()({
  name: "cutoff_rows",
  columns: {
    seq,
    market_settled_ts: time(({ marketsSettled }) => marketsSettled),
    trades_created_ts: time(({ tradesCreated }) => tradesCreated),
    observed_at: observedAt
  },
  key: ["seq"]
})

export const historicalCutoff = view({
  name: "historical_cutoff",
  about: "where the exchange's live tier ended and its historical tier began, whenever it was asked",
  key: ["observed_at"],
  columns: shownOf(cutoffRows, "", ["seq"]),
  from: "FROM cutoff_rows"
})
