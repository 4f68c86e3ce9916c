import { TIER_BOUNDARY } from "../../endpoints.ts"
import { facts, type Projection } from "../projection.ts"
import { cutoffRows } from "./table.ts"
import * as wire from "./wire.ts"

export const cutoff: Projection = {
  name: "historical_cutoff",
  version: 2,
  tables: [cutoffRows],
  reads: ({ endpoint }) => endpoint === TIER_BOUNDARY,
  project: (reading) => {
    const { items, problems } = reading.items(wire.cutoffs)
    return { rows: [facts(cutoffRows, items, reading.observation)], problems }
  }
}
