import { entities, type Projection } from "../projection.ts"
import { eventRows } from "./table.ts"
import * as wire from "./wire.ts"

const endpoints = new Set(["GET /events", "GET /events/{event_ticker}", "GET /events/multivariate"])

export const events: Projection = {
  name: "events",
  version: 5,
  tables: [eventRows],
  reads: ({ endpoint }) => endpoints.has(endpoint),
  project: (reading) => {
    const { items, problems } = reading.items(wire.events)
    return { rows: [entities(eventRows, items, reading.observation)], problems }
  }
}
