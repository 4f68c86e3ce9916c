/**
 * Puts rebuilt tables in the place of the live ones while a recorder writes to the same database, over the
 * recorder's own connection. The rows are copied beside the live tables in steps of some milliseconds, between which
 * the recorder has its turn. The last step, one transaction, only changes names, so that its length does not depend
 * on the number of rows; the replaced tables are emptied in steps as well.
 */
import { Clock, Effect } from "effect"
import { views } from "../../domain/read/catalog.ts"
import type { Projection } from "../../domain/read/projection.ts"
import { createSql, createViewSql, storedTables } from "../../domain/read/schema.ts"
import type { StoredTable } from "../../domain/read/table.ts"
import { now } from "../clock/now.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import { forgetCutoffs, honourCutoffs, readCutoffs } from "../sqlite/records/prune-cutoffs.ts"

/** Called with the number of rows that have been copied so far, and of all. */
type OnRows = (rows: number, of: number) => Effect.Effect<void>

/** The rows of a step: some ten milliseconds, and one wait for the disk. */
const ROWS_A_STEP = 4000

/** The prefixes of tables that a rebuild fills, and of those that it has replaced. */
const COMING = "kalshi_rebuilt_"
const REPLACED = "kalshi_replaced_"

const run = (statement: string) => Effect.flatMap(Database, ({ sql }) => sql.unsafe(statement).unprepared)

/** Runs a step, and then waits for as long as it took, so that the recorder has half of the time at least. */
const inTurn = <A, E, R>(step: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const startedAt = yield* Clock.currentTimeMillis
    const done = yield* step
    yield* Effect.sleep(Math.max(1, (yield* Clock.currentTimeMillis) - startedAt))
    return done
  })

const namesOf = (type: "table" | "index", prefix: string) =>
  Effect.flatMap(Database, ({ sql }) =>
    Effect.map(
      sql<{ name: string }>`
        SELECT name FROM sqlite_master WHERE type = ${type} AND substr(name, 1, ${prefix.length}) = ${prefix}
      `,
      (rows) => rows.map(({ name }) => name)
    )
  )

/** Empties a table in steps, whichever version has made it, and drops it. */
const removeTable = (name: string) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const columns = yield* sql<{
      name: string
    }>`SELECT name FROM pragma_table_info(${name}) WHERE pk > 0 ORDER BY pk`
    const key = columns.map((column) => column.name).join(", ")
    const step = sql<{ n: number }>`
      DELETE FROM ${sql(name)} WHERE (${sql.literal(key)}) IN (
        SELECT ${sql.literal(key)} FROM ${sql(name)} LIMIT ${ROWS_A_STEP}
      )
      RETURNING 1 AS n
    `
    while ((yield* inTurn(step)).length > 0);
    yield* run(`DROP TABLE ${name}`)
  })

/** Removes the tables that a swap has replaced, and those that a swap that was cut short has begun to fill. */
export const removeRemains = Effect.gen(function* () {
  for (const prefix of [COMING, REPLACED])
    for (const name of yield* namesOf("table", prefix)) yield* removeTable(name)
}).pipe(storage("removing replaced tables"))

/**
 * An index cannot be renamed, and the table that is replaced has one of the same purpose. So the names alternate
 * between `name` and `name_2`.
 */
const createIndexes = (table: StoredTable) =>
  Effect.gen(function* () {
    for (const index of table.indexes ?? []) {
      const [name = ""] = index.split(" ")
      const taken = yield* namesOf("index", name)
      const free = taken.includes(name) ? `${name}_2` : name
      yield* run(
        `CREATE INDEX ${index.replace(`${name} ON ${table.name}`, `${free} ON ${COMING}${table.name}`)}`
      )
    }
  })

/** Creates a table beside the live one, and copies the rows of the attached database in the order of the key. */
const copyTable = (table: StoredTable, onCopied: (rows: number) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const { columns, key, name, order = key } = table
    const [create = ""] = createSql({ ...table, name: `${COMING}${name}`, indexes: [] })
    yield* run(create)
    yield* createIndexes(table)
    const [place, cells] = [`(${order.join(", ")})`, `(${order.map(() => "?").join(", ")})`]
    const nextEnd = `
      SELECT ${order.join(", ")} FROM rebuilt.${name} WHERE ${place} > ${cells}
      ORDER BY ${order.join(", ")} LIMIT 1 OFFSET ${ROWS_A_STEP - 1}`
    const copy = `
      INSERT INTO ${COMING}${name} (${columns.join(", ")})
      SELECT ${columns.join(", ")} FROM rebuilt.${name} WHERE ${place} > ${cells}`
    // In SQLite minus infinity sorts before every number and every text.
    let after: ReadonlyArray<unknown> = order.map(() => Number.NEGATIVE_INFINITY)
    for (let copied = 0; ; ) {
      const [end] = yield* sql.unsafe<Record<string, unknown>>(nextEnd, after)
      const upTo = end === undefined ? undefined : order.map((column) => end[column])
      yield* inTurn(
        upTo === undefined
          ? sql.unsafe(copy, after)
          : sql.unsafe(`${copy} AND ${place} <= ${cells}`, [...after, ...upTo])
      )
      if (upTo === undefined) return
      copied += ROWS_A_STEP
      after = upTo
      yield* onCopied(copied)
    }
  })

/** Copies the tables of the attached database `rebuilt` beside the live ones. */
const copyAll = (tables: ReadonlyArray<StoredTable>, onRows: OnRows) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const counted = yield* sql<{ name: string; rows: number }>`
      SELECT table_name AS name, rows FROM rebuilt.row_counts
    `
    const rowsOf = new Map(counted.map(({ name, rows }) => [name, rows]))
    const total = counted.reduce((sum, { rows }) => sum + rows, 0)
    let before = 0
    for (const table of tables) {
      yield* copyTable(table, (rows) => onRows(before + rows, total))
      before += rowsOf.get(table.name) ?? 0
      yield* onRows(before, total)
    }
  })

/**
 * Gives the copies the names of the live tables, and moves the checkpoints, in one transaction. Returns the cut-offs
 * that are in force.
 */
const exchange = (projections: ReadonlyArray<Projection>, tables: ReadonlyArray<StoredTable>) =>
  Effect.gen(function* () {
    const { sql, transaction } = yield* Database
    const live = new Set(yield* namesOf("table", ""))
    const names = projections.map(({ name }) => name)
    const resolvedAt = yield* now
    return yield* transaction(
      Effect.gen(function* () {
        const cutoffs = yield* readCutoffs("main")
        for (const { name } of views) yield* run(`DROP VIEW IF EXISTS ${name}`)
        for (const { name } of tables) {
          if (live.has(name)) yield* run(`ALTER TABLE ${name} RENAME TO ${REPLACED}${name}`)
          yield* run(`ALTER TABLE ${COMING}${name} RENAME TO ${name}`)
        }
        for (const view of views) yield* run(createViewSql(view))
        yield* sql`DELETE FROM projection_checkpoints WHERE ${sql.in("projection", names)}`
        yield* sql`
          INSERT INTO projection_checkpoints
          SELECT * FROM rebuilt.projection_checkpoints WHERE ${sql.in("projection", names)}
        `
        yield* sql`
          UPDATE quarantine SET resolved_at = ${resolvedAt}
          WHERE resolved_at IS NULL AND ${sql.in("projection", names)}
            AND (seq, projection, item) NOT IN (SELECT seq, projection, item FROM rebuilt.quarantine)
        `
        yield* sql`
          INSERT INTO quarantine SELECT * FROM rebuilt.quarantine WHERE true
          ON CONFLICT (seq, projection, item) DO UPDATE SET error = excluded.error, resolved_at = NULL
        `
        yield* forgetCutoffs("main", cutoffs)
        return cutoffs
      })
    )
  })

/**
 * Replaces the tables of these projections by those of the database at `path`. If it is interrupted before its last
 * step, the live tables are as they were, and `removeRemains` removes what it has copied.
 */
export const swapGradually = (projections: ReadonlyArray<Projection>, path: string, onRows: OnRows) =>
  Effect.gen(function* () {
    const tables = storedTables(projections)
    yield* removeRemains
    yield* Effect.acquireRelease(run(`ATTACH '${path.replaceAll("'", "''")}' AS rebuilt`), () =>
      Effect.ignoreLogged(run("DETACH rebuilt"))
    )
    // Views and triggers of others keep naming the live tables, whichever tables have these names.
    yield* Effect.acquireRelease(run("PRAGMA legacy_alter_table = ON"), () =>
      Effect.ignoreLogged(run("PRAGMA legacy_alter_table = OFF"))
    )
    yield* copyAll(tables, onRows)
    const cutoffs = yield* Effect.uninterruptible(exchange(projections, tables))
    // Maintenance may have moved more rows into the lake since the tables were built.
    yield* honourCutoffs(cutoffs)
  }).pipe(Effect.scoped, Effect.zipRight(removeRemains), storage("putting the rebuilt tables in place"))
