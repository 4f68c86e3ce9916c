import { entities, type Projection } from "../projection.ts"
import { seriesRows } from "./table.ts"
import * as wire from "./wire.ts"

export const series: Projection = {
  name: "series",
  version: 4,
  tables: [seriesRows],
  reads: ({ endpoint }) => endpoint === "GET /series" || endpoint === "GET /series/{series_ticker}",
  project: (reading) => {
    const { items, problems } = reading.items(wire.series)
    return { rows: [entities(seriesRows, items, reading.observation)], problems }
  }
}
