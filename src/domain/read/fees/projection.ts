import { facts, type Projection } from "../projection.ts"
import { feeChangeRows } from "./table.ts"
import * as wire from "./wire.ts"

const OF_SERIES = "GET /series/fee_changes"
const OF_EVENTS = "GET /events/fee_changes"

export const fees: Projection = {
  name: "fee_changes",
  version: 1,
  tables: [feeChangeRows],
  reads: ({ endpoint }) => endpoint === OF_SERIES || endpoint === OF_EVENTS,
  project: (reading) => {
    const { observation } = reading
    const { items, problems } = reading.items(
      observation.endpoint === OF_SERIES ? wire.seriesChanges : wire.eventChanges
    )
    return { rows: [facts(feeChangeRows, items, observation)], problems }
  }
}
