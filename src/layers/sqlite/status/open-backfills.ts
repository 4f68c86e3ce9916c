/** Backfills that have not ended, and why they wait. */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { OpenBackfill } from "../../../services/Status.ts"

export const openBackfillsIn = (sql: SqlClient.SqlClient) => sql<OpenBackfill>`
  SELECT slot, status, reason, requests, requests_done AS "requestsDone"
  FROM backfills WHERE status IN ('waiting', 'running') ORDER BY slot
`
