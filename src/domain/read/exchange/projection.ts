/**
 * In an outage the status of the exchange comes with 503 or 504; another body with one of those
 * statuses yields no row and no problem.
 */
import { entities, facts, type Projection, type ProjectionResult } from "../projection.ts"
import type { Reading } from "../reading.ts"
import { scheduleRows, statusRows } from "./table.ts"
import * as wire from "./wire.ts"

const STATUS = "GET /exchange/status"
export const SCHEDULE = "GET /exchange/schedule"

const OK = 200
const UNAVAILABLE = 503
const GATEWAY_TIMEOUT = 504

const projectStatus = (reading: Reading): ProjectionResult => {
  const { items, problems } = reading.items(wire.statuses)
  return {
    rows: [facts(statusRows, items, reading.observation)],
    problems: reading.observation.status === OK ? problems : []
  }
}

const projectSchedule = (reading: Reading): ProjectionResult => {
  if (reading.observation.status !== OK) return { rows: [], problems: [] }
  const { items, problems } = reading.items(wire.schedules)
  return { rows: [entities(scheduleRows, items, reading.observation)], problems }
}

export const exchange: Projection = {
  name: "exchange",
  version: 2,
  tables: [statusRows, scheduleRows],
  statuses: [OK, UNAVAILABLE, GATEWAY_TIMEOUT],
  reads: ({ endpoint }) => endpoint === STATUS || endpoint === SCHEDULE,
  project: (reading) =>
    reading.observation.endpoint === STATUS ? projectStatus(reading) : projectSchedule(reading)
}
