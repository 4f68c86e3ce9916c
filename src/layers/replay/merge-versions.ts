/** Merges the versions of entities: those of a range, `part`, into those of the ranges before, `main`. */
import { Effect } from "effect"
import type { EntityTable } from "../../domain/read/table.ts"
import type { Versions } from "../../domain/read/versions.ts"
import { lastDigestOf, sightingOf } from "../projector/sightings.ts"
import { keyOf } from "./carry-over.ts"
import { merged, run } from "./merged-ids.ts"

/**
 * Adds the versions of the part. The first of each entity is none if the ranges before end with the same description.
 */
export const mergeVersions = (table: EntityTable, { pages, rows }: Versions) =>
  Effect.gen(function* () {
    const key = keyOf(table)
    yield* run(`CREATE TEMP TABLE first_versions (key PRIMARY KEY, seq INTEGER) WITHOUT ROWID`)
    yield* run(
      `INSERT INTO first_versions SELECT r.${key}, min(r.seq) FROM part.${rows.name} r GROUP BY r.${key}`
    )
    yield* run(`
      INSERT INTO main.${rows.name} (${rows.columns.join(", ")})
      SELECT ${rows.columns.map((column) => merged(rows)(column)).join(", ")}
      FROM part.${rows.name} r
      LEFT JOIN main.${table.name}_seen m ON m.${key} = ${merged(table)(key)}
      WHERE m.seq IS NULL OR ${lastDigestOf("m")} <> r.digest OR (r.${key}, r.seq) NOT IN first_versions`)
    yield* run(`DROP TABLE temp.first_versions`)
    yield* run(`
      INSERT INTO main.${pages.name} SELECT p.* FROM part.${pages.name} p
      WHERE EXISTS (SELECT 1 FROM main.${rows.name} v WHERE v.observed = p.first AND v.seq = p.seq)`)
  })

/** Notes the last descriptions of the part that come late: the ranges before have a newer sighting. */
export const mergeLateDigests = (table: EntityTable) => {
  const { name } = table
  const key = keyOf(table)
  return run(`
    INSERT INTO main.${name}_seen (${key}, final, observed_at, seq, digest, last_digest)
    SELECT ${merged(table)(key)}, r.final, r.observed_at, r.seq, r.digest, ${lastDigestOf("r")}
    FROM part.${name}_seen r WHERE true
    ON CONFLICT (${key}) DO UPDATE SET last_digest = nullif(excluded.last_digest, ${name}_seen.digest)
    WHERE ${sightingOf("excluded")} < ${sightingOf(`${name}_seen`)}`)
}
