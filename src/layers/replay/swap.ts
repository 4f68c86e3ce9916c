/** The last step of a rebuild: its tables in the place of the live ones. */
import { Effect } from "effect"
import { now } from "../clock/now.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import { permanentObjects } from "../sqlite/database/migrations.ts"

interface SchemaObject {
  readonly type: "table" | "index" | "view"
  readonly name: string
  readonly sql: string
}

const isProjected = ({ name }: SchemaObject) => !permanentObjects.includes(name)

/** Tables first: views may be about any of them. */
const objects = (schema: "live" | "main") =>
  Effect.flatMap(Database, ({ sql }) =>
    sql.unsafe<SchemaObject>(
      `SELECT type, name, sql FROM ${schema}.sqlite_master
       WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND type IN ('table', 'index', 'view')
         AND tbl_name NOT IN (${permanentObjects.map((name) => `'${name}'`).join(", ")})
       ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 ELSE 3 END`
    )
  )

/**
 * Takes the indexes off the scratch tables, for `swap` to make them of the live ones: no projection reads any, and
 * one that is made of a whole table takes a sort in place of a search for each row.
 */
export const takeIndexes = Effect.gen(function* () {
  const { sql } = yield* Database
  const indexes = (yield* objects("main")).filter(({ type }) => type === "index")
  yield* Effect.forEach(indexes, ({ name }) => sql.unsafe(`DROP INDEX main.${name}`), { discard: true })
  return indexes
})

/** Puts the scratch tables in the place of the live ones, in one transaction: a reader sees either. */
export const swap = (
  indexes: ReadonlyArray<SchemaObject>,
  { restorePruned }: { readonly restorePruned: boolean }
) =>
  Effect.gen(function* () {
    const { sql, transaction } = yield* Database
    const resolvedAt = yield* now
    yield* transaction(
      Effect.gen(function* () {
        const fresh = [...(yield* objects("main")).filter(isProjected), ...indexes]
        // What somebody else has put into the database is theirs.
        const old = (yield* objects("live")).filter(({ name }) =>
          fresh.some((object) => object.name === name)
        )
        for (const { name, type } of old.filter(({ type }) => type !== "index").reverse()) {
          yield* sql.unsafe(`DROP ${type} live.${name}`).unprepared
        }
        for (const object of fresh) {
          yield* sql.unsafe(inLive(object)).unprepared
          if (object.type === "table")
            yield* sql.unsafe(`INSERT INTO live.${object.name} SELECT * FROM main.${object.name}`).unprepared
        }
        // The cutoffs are deleted in the same transaction in which the pruned rows are restored. Otherwise
        // the next rebuild would remove those rows again.
        if (restorePruned) yield* sql`DELETE FROM live.prune_cutoffs`
        yield* sql`DELETE FROM live.projection_checkpoints`
        yield* sql`INSERT INTO live.projection_checkpoints SELECT * FROM main.projection_checkpoints`
        yield* sql`
          UPDATE live.quarantine SET resolved_at = ${resolvedAt}
          WHERE resolved_at IS NULL
            AND (seq, projection, item) NOT IN (SELECT seq, projection, item FROM main.quarantine)
        `
        yield* sql`
          INSERT INTO live.quarantine SELECT * FROM main.quarantine WHERE true
          ON CONFLICT (seq, projection, item) DO UPDATE SET error = excluded.error, resolved_at = NULL
        `
      })
    )
  }).pipe(storage("putting the rebuilt tables in place"))

/** SQLite keeps the text of a definition, always beginning `CREATE <type> <name>`. */
const inLive = ({ name, sql, type }: SchemaObject): string =>
  sql.replace(new RegExp(`^CREATE\\s+${type}\\s+"?${name}"?`, "i"), `CREATE ${type} live.${name}`)
