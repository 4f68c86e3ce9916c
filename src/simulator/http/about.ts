/**
 * Answers about the exchange itself: whether it is open, its hours, its token costs, and the boundary of its
 * tiers.
 */
import { DAY, rfc3339, SECOND, type Us } from "../universe/instant.ts"
import { inWeeklyPause } from "../universe/new-york.ts"
import { cutoffUs } from "../universe/tiers.ts"

const SHARDS = ["Default", "Combos", "Crypto & Commodities", "Tennis, Baseball, Basketball"]

export const statusBody = (at: Us): string => {
  const state = {
    exchange_active: true,
    trading_active: !inWeeklyPause(at / SECOND),
    intra_exchange_transfers_active: true
  }
  return JSON.stringify({
    ...state,
    exchange_index_statuses: SHARDS.map((description, exchange_index) => ({
      exchange_index,
      description,
      ...state
    }))
  })
}

const ALL_DAY = [{ close_time: "00:00", open_time: "00:00" }]

/** The trading hours, in New York's time. Thursday has two sessions around the pause. */
export const SCHEDULE = JSON.stringify({
  schedule: {
    maintenance_windows: [],
    standard_hours: [
      {
        end_time: "2200-12-01T00:00:00Z",
        friday: ALL_DAY,
        monday: ALL_DAY,
        saturday: ALL_DAY,
        start_time: "2024-12-01T00:00:00Z",
        sunday: ALL_DAY,
        thursday: [
          { close_time: "03:00", open_time: "00:00" },
          { close_time: "00:00", open_time: "05:00" }
        ],
        tuesday: ALL_DAY,
        wednesday: ALL_DAY
      }
    ]
  }
})

export const ENDPOINT_COSTS = JSON.stringify({
  default_cost: 10,
  endpoint_costs: [{ cost: 2, method: "DELETE", path: "/trade-api/v2/portfolio/orders/{order_id}" }]
})

export const cutoffBody = (at: Us): string => {
  const cutoff = rfc3339(cutoffUs(at))
  return JSON.stringify({
    market_positions_last_updated_ts: cutoff,
    market_settled_ts: cutoff,
    orders_updated_ts: rfc3339(Math.floor(at / DAY) * DAY - 14 * DAY),
    trades_created_ts: cutoff
  })
}
