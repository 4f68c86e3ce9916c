import type { PublicTable } from "../table.ts"

export const backfills: PublicTable = {
  name: "backfills",
  about: "what was asked for of the past, and how far each has come",
  columns: {
    slot: "slot",
    spec: "text",
    status: "text",
    reason: "text",
    attempt: "slot",
    started_at: "time",
    finished_at: "time",
    requests: "integer",
    requests_done: "integer",
    pages: "integer",
    items: "integer"
  },
  key: ["slot"],
  origin: "recorded"
}

export const historicalCutoff: PublicTable = {
  name: "historical_cutoff",
  about: "where the exchange's live tier ended and its archive began, whenever it was asked",
  columns: { market_settled_ts: "time", trades_created_ts: "time", observed_at: "time" },
  key: ["observed_at"],
  origin: "projected"
}
