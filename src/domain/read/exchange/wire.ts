/** The status of the exchange, which is the whole body, and its schedule, which has a key of its own. */

import { unread } from "../field.ts"
import { type ItemKind, one } from "../wire/items.ts"
import { lost, partsOf, readable } from "../wire/salvage.ts"
import { flag, json, nullable, shape, time } from "../wire/shape.ts"
import type { ExchangeSchedule, ExchangeStatus } from "./exchange.ts"

export const status = shape({
  exchangeActive: ["exchange_active", flag],
  tradingActive: ["trading_active", flag],
  transfersActive: ["intra_exchange_transfers_active", nullable(flag)],
  resumeTime: ["exchange_estimated_resume_time", nullable(time)],
  indexStatuses: ["exchange_index_statuses", nullable(json)]
})

export const statuses: ItemKind<ExchangeStatus> = {
  keys: ["exchange_active", "trading_active"],
  locate: (body) => [["body", body]],
  decode: (value, path) => status.decode(value, path),
  // A status is kept if at least one of the two fields, exchange active or trading active, can be read.
  salvage: (value, path) => {
    const { fields, problems } = status.parts(value, path)
    return fields.exchangeActive === unread && fields.tradingActive === unread
      ? lost(...problems)
      : { item: readable(fields), problems: partsOf("exchange_status", path, problems) }
  }
}

export const schedule = shape({
  standardHours: ["standard_hours", json],
  maintenanceWindows: ["maintenance_windows", nullable(json)]
})

export const schedules: ItemKind<ExchangeSchedule> = {
  keys: ["schedule"],
  locate: (body) => one(body, "schedule"),
  decode: (value, path) => schedule.decode(value, path),
  salvage: (value, path) => {
    const { fields, problems } = schedule.parts(value, path)
    return fields.standardHours === unread && fields.maintenanceWindows === unread
      ? lost(...problems)
      : { item: fields, problems: partsOf("exchange_schedule", path, problems) }
  }
}
