/**
 * SHAPES TABLES. Rebuilt from the log at will: change a definition freely, and raise the version of its projection.
 *
 * Creates the tables that projections fill and the views that users read, as `src/domain/read/<kind>/table.ts`
 * defines them.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { views } from "../src/domain/read/catalog.ts"
import { projections } from "../src/domain/read/projections.ts"
import { createSql, createViewSql, storedTables } from "../src/domain/read/schema.ts"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const statements = [...storedTables(projections).flatMap(createSql), ...views.map(createViewSql)]
  yield* Effect.forEach(statements, (statement) => sql.unsafe(statement).unprepared, { discard: true })
})
