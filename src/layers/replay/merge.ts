/**
 * Merges the database of a range into that of the ranges before it, so that the tables are those of the Projector
 * over both ranges. The database before is `main`, and the one after is attached as `part`. Each table is merged
 * by one or two statements over all its rows.
 */
import { Effect } from "effect"
import type { Projection } from "../../domain/read/projection.ts"
import { idTables } from "../../domain/read/schema.ts"
import type { EntityTable, FactTable, StoredTable } from "../../domain/read/table.ts"
import { sightingOf } from "../projector/sightings.ts"
import { truncationsOf } from "../projector/upsert.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import { keyOf } from "./carry-over.ts"
import { mergeLateDigests, mergeVersions } from "./merge-versions.ts"
import { idsOf, merged, run } from "./merged-ids.ts"

/** Merges the databases at these paths, in the order of their ranges, into the database of the ranges before. */
export const mergeAll = (projections: ReadonlyArray<Projection>, paths: ReadonlyArray<string>) =>
  Effect.forEach(
    paths,
    (path) =>
      Effect.gen(function* () {
        const { sql } = yield* Database
        yield* sql`ATTACH ${path} AS part`.unprepared
        yield* merge(projections)
        yield* sql`DETACH part`.unprepared
      }),
    { discard: true }
  ).pipe(storage("merging the rebuilt tables"))

const merge = (projections: ReadonlyArray<Projection>) =>
  Effect.gen(function* () {
    for (const table of idTables) yield* mergeIds(table)
    for (const table of projections.flatMap(({ tables }) => tables))
      yield* table.kind === "facts" ? mergeFacts(table) : mergeEntities(table)
    yield* mergeQuarantine
    for (const { name } of idTables) yield* run(`DROP TABLE temp.${idsOf(name)}`)
    yield* run(`
      UPDATE main.projection_checkpoints AS c
      SET seq = (SELECT p.seq FROM part.projection_checkpoints p WHERE p.projection = c.projection)`)
  })

/** Ids are given in the order of first appearance, so those that are new in the part come after all others. */
const mergeIds = ({ columns: [id, ...columns], name: table }: StoredTable) =>
  Effect.gen(function* () {
    yield* run(`
      INSERT INTO main.${table} (${columns.join(", ")})
      SELECT ${columns.join(", ")} FROM part.${table} WHERE true ORDER BY ${id}
      ON CONFLICT (${columns[0]}) DO NOTHING`)
    yield* run(`CREATE TEMP TABLE ${idsOf(table)} (part INTEGER PRIMARY KEY, merged INTEGER NOT NULL)`)
    yield* run(`
      INSERT INTO ${idsOf(table)}
      SELECT p.${id}, m.${id}
      FROM part.${table} p CROSS JOIN main.${table} m ON m.${columns[0]} = p.${columns[0]}`)
  })

const updating = (assignments: ReadonlyArray<string>) =>
  assignments.length === 0 ? "DO NOTHING" : `DO UPDATE SET ${assignments.join(", ")}`

/** The later of two facts replaces the earlier one, unless the first one stands. */
const mergeFacts = (table: FactTable) => {
  const { columns, finest, firstStands = false, key, name } = table
  const assignments = columns
    .filter((column) => !key.includes(column))
    .map((column) => {
      const [before, after] = [`${name}.${column}`, `excluded.${column}`]
      // A time that is the one before with fewer digits does not replace it, unless another time came between.
      return column === finest
        ? `${column} = CASE
             WHEN ${after} IN ${truncationsOf(before)} AND ('${name}', excluded.${key[0]}) NOT IN part.moved_facts
             THEN ${before} ELSE ${after} END`
        : `${column} = ${after}`
    })
  return run(`
    INSERT INTO main.${name} (${columns.join(", ")})
    SELECT ${columns.map((column) => merged(table)(column)).join(", ")} FROM part.${name} r WHERE true
    ON CONFLICT (${key.join(", ")}) ${updating(firstStands ? [] : assignments)}`)
}

/**
 * Merges a table of entities. Of the part's sightings of an entity, the Projector would have written those that come
 * after the newest sighting in `main`. If there are any, the part's newest sighting is one of them. The part's row
 * then replaces the row in `main`, except for columns to which none of them gave a value.
 */
const mergeEntities = (table: EntityTable) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const { columns, name } = table
    const key = keyOf(table)
    const mergedKey = merged(table)(key)
    const [kept] = yield* sql<{ columns: string }>`
      SELECT json_group_array(DISTINCT column_name) AS columns FROM part.kept_columns WHERE table_name = ${name}
    `
    const keptColumns: ReadonlyArray<string> = JSON.parse(kept?.columns ?? "[]")
    yield* run(
      `CREATE TEMP TABLE kept_before (key, column_name TEXT, PRIMARY KEY (key, column_name)) WITHOUT ROWID`
    )
    if (keptColumns.length > 0)
      yield* run(`
        INSERT INTO kept_before
        SELECT m.${key}, k.column_name
        FROM (SELECT r.*, ${merged(table)(key, "r.key")} AS merged_key
              FROM part.kept_columns r WHERE r.table_name = '${name}') k
        CROSS JOIN main.${name}_seen m ON m.${key} = k.merged_key
        WHERE k.seq IS NULL OR ${sightingOf("k")} < ${sightingOf("m")}`)
    const assignments = columns
      .filter((column) => column !== key)
      .map((column) =>
        keptColumns.includes(column)
          ? `${column} = CASE WHEN (excluded.${key}, '${column}') IN kept_before
               THEN ${name}.${column} ELSE excluded.${column} END`
          : `${column} = excluded.${column}`
      )
    yield* run(`
      INSERT INTO main.${name} (${columns.join(", ")})
      SELECT ${columns.map((column) => merged(table)(column)).join(", ")}
      FROM part.${name}_seen p
      CROSS JOIN part.${name} r ON r.${key} = p.${key}
      LEFT JOIN main.${name}_seen m ON m.${key} = ${mergedKey}
      WHERE m.seq IS NULL OR (
        ${sightingOf("p")} >= ${sightingOf("m")}
        AND (p.digest <> m.digest
          OR p.${key} IN (SELECT k.key FROM part.kept_columns k WHERE k.table_name = '${name}')))
      ON CONFLICT (${key}) ${updating(assignments)}`)
    yield* run(`DROP TABLE temp.kept_before`)
    if (table.versions !== undefined) yield* mergeVersions(table, table.versions)
    const last = table.versions === undefined ? [] : ["last_digest"]
    const sighted = ["digest", ...last]
    yield* run(`
      INSERT INTO main.${name}_seen (${[key, "final", "observed_at", "seq", ...sighted].join(", ")})
      SELECT ${[mergedKey, "r.final", "r.observed_at", "r.seq", ...sighted.map((column) => `r.${column}`)].join(", ")}
      FROM part.${name}_seen r WHERE true
      ON CONFLICT (${key}) DO UPDATE
      SET (final, observed_at, seq) = ${sightingOf("excluded")}, ${sighted.map((column) => `${column} = excluded.${column}`).join(", ")}
      WHERE ${sightingOf("excluded")} >= ${sightingOf(`${name}_seen`)}`)
    if (table.versions !== undefined) yield* mergeLateDigests(table)
  })

/** A part of an item has one row, from the first answer with it. */
const mergeQuarantine = Effect.gen(function* () {
  yield* run(`
    CREATE TEMP TABLE quarantined (projection TEXT, item TEXT, PRIMARY KEY (projection, item)) WITHOUT ROWID`)
  yield* run(`INSERT INTO quarantined SELECT DISTINCT projection, item FROM main.quarantine`)
  yield* run(`
    INSERT INTO main.quarantine
    SELECT * FROM part.quarantine q
    WHERE (q.seq, q.projection, q.item) NOT IN part.quarantined_parts OR (q.projection, q.item) NOT IN quarantined`)
  yield* run(`DROP TABLE temp.quarantined`)
})
