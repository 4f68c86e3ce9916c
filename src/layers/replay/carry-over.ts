/**
 * The carry-over of a range, in tables beside its rows. A row of an entity may have been written in parts: a
 * column that an answer leaves out keeps the value of an earlier answer. For each such column `kept_columns` has
 * the last sighting that gave it a value. The merge takes this value, unless the ranges before have a later
 * sighting.
 */
import { Effect } from "effect"
import type { Projection } from "../../domain/read/projection.ts"
import type { EntityTable, FactTable } from "../../domain/read/table.ts"
import type { CarryOver } from "../projector/carry-over.ts"
import { truncationsOf } from "../projector/upsert.ts"
import { Database } from "../sqlite/database/Database.ts"

/** The column that tells the rows of an entity table apart. */
export const keyOf = ({ columns }: Pick<EntityTable, "columns">): string => columns[0] as string

/** Creates the tables of the carry-over in the database of a range. */
export const createTables = (projections: ReadonlyArray<Projection>) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    // The sighting is NULL if no answer of the range has given the column a value.
    yield* sql`
      CREATE TABLE kept_columns (
        table_name TEXT NOT NULL, key, column_name TEXT NOT NULL, final INTEGER, observed_at TEXT, seq INTEGER,
        PRIMARY KEY (table_name, key, column_name)
      ) WITHOUT ROWID
    `
    yield* sql`
      CREATE TABLE quarantined_parts (
        seq INTEGER NOT NULL, projection TEXT NOT NULL, item TEXT NOT NULL, PRIMARY KEY (seq, projection, item)
      ) STRICT, WITHOUT ROWID
    `
    yield* sql`
      CREATE TABLE moved_facts (table_name TEXT NOT NULL, key, PRIMARY KEY (table_name, key)) WITHOUT ROWID
    `
    const tables = projections.flatMap(({ tables }) => tables)
    for (const table of tables) if (table.kind === "facts") yield* sql.unsafe(noteMoves(table) ?? "SELECT 1")
  })

/**
 * Builds a trigger that notes the facts of a range whose time was replaced by one that is not the same time with
 * more digits. The merge must know them: their last time replaces every earlier one, even if it is that time with
 * fewer digits. (An OR IGNORE would not do: the statement that fires a trigger overrides it.)
 */
const noteMoves = ({ finest, key, name }: FactTable): string | undefined =>
  finest === undefined
    ? undefined
    : `CREATE TRIGGER ${name}_moved AFTER UPDATE OF ${finest} ON ${name}
       WHEN NEW.${finest} <> OLD.${finest} AND OLD.${finest} NOT IN ${truncationsOf(`NEW.${finest}`)}
       BEGIN
         INSERT INTO moved_facts SELECT '${name}', NEW.${key[0]}
         WHERE ('${name}', NEW.${key[0]}) NOT IN moved_facts;
       END`

export const make = (
  { sql }: Pick<Database["Type"], "sql">,
  projections: ReadonlyArray<Projection>
): CarryOver => {
  const entities = projections.flatMap(({ tables }) => tables.filter((table) => table.kind === "entities"))
  const keys = new Map(entities.map((table) => [table.name, keyOf(table)]))
  /** The tables and keys that have had rows in `kept_columns`. Most ranges have none, and need no DELETE. */
  const noted = new Map<string, Set<unknown>>()

  return {
    columnsKept: (table, key, columns) =>
      Effect.gen(function* () {
        const kept = JSON.stringify(columns)
        const among = noted.get(table)
        if (among === undefined) noted.set(table, new Set([key]))
        else among.add(key)
        yield* sql`
          DELETE FROM kept_columns WHERE table_name = ${table} AND key = ${key}
            AND column_name NOT IN (SELECT value FROM json_each(${kept}))
        `
        yield* sql`
          INSERT INTO kept_columns (table_name, key, column_name, final, observed_at, seq)
          SELECT ${table}, ${key}, kept.value, seen.final, seen.observed_at, seen.seq
          FROM json_each(${kept}) kept
          LEFT JOIN ${sql(`${table}_seen`)} seen ON seen.${sql(keys.get(table) ?? "")} = ${key}
          WHERE true ON CONFLICT DO NOTHING
        `
      }),
    rowsReplaced: (table, keys) =>
      Effect.gen(function* () {
        const among = noted.get(table)
        if (among === undefined) return
        for (const key of keys.filter((key) => among.has(key)))
          yield* sql`DELETE FROM kept_columns WHERE table_name = ${table} AND key = ${key}`
      }),
    partQuarantined: (part) => Effect.asVoid(sql`INSERT INTO quarantined_parts ${sql.insert(part)}`)
  }
}
