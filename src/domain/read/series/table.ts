import type { PublicTable } from "../table.ts"

export const series: PublicTable = {
  name: "series",
  about: "kinds of events with their contract, sources and fees, as last described",
  columns: {
    series_ticker: "text",
    title: "text",
    category: "text",
    categories: "text",
    tags: "text",
    frequency: "text",
    fee_type: "text",
    fee_multiplier: "real",
    contract_url: "text",
    contract_terms_url: "text",
    settlement_sources: "text",
    additional_prohibitions: "text",
    volume: "contracts",
    last_updated_ts: "time",
    exchange_index: "integer",
    observed_at: "time"
  },
  key: ["series_ticker"],
  origin: "projected"
}
