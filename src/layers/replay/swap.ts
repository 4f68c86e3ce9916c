/** The last step of a rebuild: puts its tables in the place of the live ones. */
import { Effect } from "effect"
import type { Projection } from "../../domain/read/projection.ts"
import { now } from "../clock/now.ts"
import { Database, make, storage } from "../sqlite/database/Database.ts"
import { migrateScratch, permanentObjects } from "../sqlite/database/migrations.ts"
import { type Cutoffs, forgetCutoffs } from "../sqlite/records/prune-cutoffs.ts"

interface SchemaObject {
  readonly type: "table" | "index" | "view"
  readonly name: string
  readonly sql: string
}

const isProjected = ({ name }: SchemaObject) => !permanentObjects.includes(name)

/** Tables come first, because views read them. */
const objects = (schema: "live" | "main") =>
  Effect.flatMap(Database, ({ sql }) =>
    sql.unsafe<SchemaObject>(
      `SELECT type, name, sql FROM ${schema}.sqlite_master
       WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND type IN ('table', 'index', 'view')
         AND tbl_name NOT IN (${permanentObjects.map((name) => `'${name}'`).join(", ")})
       ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 ELSE 3 END`
    )
  )

export const indexesIn = (schema: "live" | "main") =>
  Effect.map(objects(schema), (all) => all.filter(({ type }) => type === "index"))

/** The indexes of this version's tables. The rebuilt tables have none, so that they are made of the live tables. */
const allIndexes = (projections: ReadonlyArray<Projection>) =>
  Effect.flatMap(make(":memory:", "scratch"), (database) =>
    migrateScratch(projections).pipe(
      Effect.zipRight(indexesIn("main")),
      Effect.provideService(Database, database)
    )
  ).pipe(Effect.scoped)

/** Retires the files of tables in the lake. The next flush writes all of their rows again. */
const retireFiles = (tables: ReadonlyArray<string>, at: string) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    for (const table of tables) {
      yield* sql`UPDATE live.lake_files SET retired_at = ${at} WHERE table_name = ${table} AND retired_at IS NULL`
      yield* sql`DELETE FROM live.lake_tables WHERE table_name = ${table}`
    }
  })

/** Puts the rebuilt tables in the place of the live ones in one transaction: a reader sees all of the old or all of the new. */
export const swap = (
  projections: ReadonlyArray<Projection>,
  /** The cut-offs that were applied to the rebuilt tables. */
  honoured: Cutoffs,
  /** The tables whose rows in the lake are wrong. */
  wrong: ReadonlyArray<string> = []
) =>
  Effect.gen(function* () {
    const { sql, transaction } = yield* Database
    const indexes = yield* allIndexes(projections)
    const resolvedAt = yield* now
    yield* transaction(
      Effect.gen(function* () {
        const fresh = [...(yield* objects("main")).filter(isProjected), ...indexes]
        // Objects that another program has put into the database stay.
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
        yield* forgetCutoffs("live", honoured)
        yield* retireFiles(wrong, resolvedAt)
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

/** The text of a definition in `sqlite_master` always begins with `CREATE <type> <name>`. */
const inLive = ({ name, sql, type }: SchemaObject): string =>
  sql.replace(new RegExp(`^CREATE\\s+${type}\\s+"?${name}"?`, "i"), `CREATE ${type} live.${name}`)
