/** The sightings of entities: which description an observation gave of each, and which is the newest. */
import type { Cell } from "../../domain/read/column.ts"
import type { EntityTable } from "../../domain/read/table.ts"
import { batched, type Sql } from "./statement-batches.ts"

/**
 * The order of sightings: a final one beats any that is not, then the newest `observed_at`, then `seq`. It decides
 * which description changes the row, and which is the newest sighting. A replay merges its ranges by it too.
 */
const SIGHTING = "(final, observed_at, seq)"
export const sightingOf = (name: string) => `(${name}.final, ${name}.observed_at, ${name}.seq)`

/** The width of a sighting: key, final, digest. */
const SIGHTING_WIDTH = 3

/** An entity that is described otherwise than in the table's newest sighting of it, or in the last one of the log. */
interface Difference {
  readonly key: Cell
  /** 1 if this description is the newest one. */
  readonly newest: number
  /** 1 if the newest sighting has another description, or there is none. */
  readonly other: number
  /** 1 if the last sighting of the log has another description, or there is none. */
  readonly changed: number
}

/** The digest of the last description in the log, of a table whose versions are kept. */
export const lastDigestOf = (seen: string) => `coalesce(${seen}.last_digest, ${seen}.digest)`

export const sightingStatements = (sql: Sql, table: EntityTable, key: string) => {
  const seen = `${table.name}_seen`
  const [changed, orChanged, nowLast] =
    table.versions === undefined
      ? ["0", "", ""]
      : [
          `s.seq IS NULL OR ${lastDigestOf("s")} <> n.digest`,
          "OR s.last_digest IS NOT NULL",
          ", last_digest = NULL"
        ]
  return {
    differing: batched<Difference>(sql, {
      width: SIGHTING_WIDTH,
      around: (values) => `
        WITH sightings (key, final, digest) AS (${values})
        SELECT n.key, s.seq IS NULL OR (n.final, ?, ?) >= ${sightingOf("s")} AS newest,
          s.seq IS NULL OR s.digest <> n.digest AS other, ${changed} AS changed
        FROM sightings n LEFT JOIN ${seen} s ON s.${key} = n.key
        WHERE s.seq IS NULL OR s.digest <> n.digest ${orChanged}`
    }),
    sight: batched(sql, {
      width: SIGHTING_WIDTH,
      around: (values) => `
        WITH sightings (key, final, digest) AS (${values})
        INSERT INTO ${seen} (${key}, final, digest, observed_at, seq)
        SELECT key, final, digest, ?, ? FROM sightings WHERE true
        ON CONFLICT (${key}) DO UPDATE
        SET ${SIGHTING} = ${sightingOf("excluded")}, digest = excluded.digest${nowLast}
        WHERE ${sightingOf("excluded")} >= ${sightingOf(seen)}`
    }),
    /** Notes descriptions that are the last ones of the log, and not the newest. */
    sightLate: batched(sql, {
      width: SIGHTING_WIDTH,
      around: (values) => `
        WITH sightings (key, final, digest) AS (${values})
        UPDATE ${seen} SET last_digest = nullif(n.digest, ${seen}.digest)
        FROM sightings n WHERE ${seen}.${key} = n.key`
    })
  }
}
