/**
 * `exchange_status` and `exchange_schedule`: whether the exchange was open, slot by slot, and when it means to
 * be. In an outage the status comes with 503 or 504; another body of those statuses says nothing, and is no
 * problem either.
 */

import { slotText } from "../../units/time.ts"
import { boolean, cell } from "../cells.ts"
import * as Entity from "../entity-cells.ts"
import {
  type EntityTable,
  entityRow,
  type FactTable,
  type Projected,
  type Projection
} from "../projection.ts"
import type { Reading } from "../reading.ts"
import * as wire from "./wire.ts"

const STATUS = "GET /exchange/status"
const SCHEDULE = "GET /exchange/schedule"

const statuses: FactTable = {
  kind: "facts",
  name: "exchange_status_rows",
  columns: [
    "slot",
    "snapshot_time",
    "exchange_active",
    "trading_active",
    "intra_exchange_transfers_active",
    "estimated_resume_time",
    "index_statuses",
    "observed_at"
  ],
  key: ["slot"]
}

const schedules: EntityTable = {
  kind: "entities",
  name: "exchange_schedule_rows",
  columns: ["exchange", "standard_hours", "maintenance_windows"]
}

/** There is one schedule, and so one key. */
const THE_EXCHANGE = "kalshi"

const OK = 200
const UNAVAILABLE = 503
const GATEWAY_TIMEOUT = 504

const projectStatus = (reading: Reading): Projected => {
  const { observedAt, slot, status } = reading.observation
  const { items, problems } = reading.items(wire.statuses)
  return {
    rows: [
      {
        table: statuses,
        rows: items.map((said) => [
          slot,
          slotText(slot),
          boolean(said.exchangeActive),
          boolean(said.tradingActive),
          boolean(said.transfersActive),
          cell(said.resumeTime),
          cell(said.indexStatuses),
          observedAt
        ])
      }
    ],
    problems: status === OK ? problems : []
  }
}

const projectSchedule = (reading: Reading): Projected => {
  if (reading.observation.status !== OK) return { rows: [], problems: [] }
  const { items, problems } = reading.items(wire.schedules)
  const rows = items.map(({ maintenanceWindows, standardHours }) =>
    entityRow([THE_EXCHANGE, Entity.cell(standardHours), Entity.cell(maintenanceWindows)], false)
  )
  return { rows: [{ table: schedules, rows }], problems }
}

export const exchange: Projection = {
  name: "exchange",
  version: 2,
  tables: [statuses, schedules],
  statuses: [OK, UNAVAILABLE, GATEWAY_TIMEOUT],
  reads: ({ endpoint }) => endpoint === STATUS || endpoint === SCHEDULE,
  project: (reading) =>
    reading.observation.endpoint === STATUS ? projectStatus(reading) : projectSchedule(reading)
}
