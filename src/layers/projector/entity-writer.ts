/**
 * Writes the rows of an entity table. Every description that an observation gives is compared with the newest one
 * that the table has seen, and only the rows of those that change something are made and written.
 */
import type * as SqlError from "@effect/sql/SqlError"
import { Array as Arr, Effect } from "effect"
import { type Cell, type EntityCell, KEPT } from "../../domain/read/column.ts"
import type { EntityRow } from "../../domain/read/projection.ts"
import { marketNumbers, sharedTexts } from "../../domain/read/schema.ts"
import type { EntityTable } from "../../domain/read/table.ts"
import { columnsOfIds } from "../../domain/read/table.ts"
import type { CarryOver } from "./carry-over.ts"
import { digest } from "./digest.ts"
import type { Ids } from "./ids.ts"
import { type BatchedStatement, batched, type Sql } from "./statement-batches.ts"
import { upsert } from "./upsert.ts"

/** The ids that stand for markets and for long texts in the tables. */
export interface TableIds {
  readonly markets: Ids
  readonly texts: Ids
}

/** The observation that the rows come from. */
export interface RowOrigin {
  readonly seq: number
  readonly observedAt: string
}

/**
 * The order of sightings: a final one beats any that is not, then the newest `observed_at`, then `seq`. It decides
 * which description changes the row, and which is the newest sighting. A replay merges its ranges by it too.
 */
const SIGHTING = "(final, observed_at, seq)"
export const sightingOf = (name: string) => `(${name}.final, ${name}.observed_at, ${name}.seq)`

/** The width of a sighting: key, final, digest. */
const SIGHTING_WIDTH = 3

/** An entity that is described otherwise than in the table's newest sighting of it. */
interface Difference {
  readonly key: Cell
  /** 1 if this description is the newest one, and is to be written. */
  readonly newest: number
}

const sightingStatements = (sql: Sql, seen: string, key: string) => ({
  differing: batched<Difference>(sql, {
    width: SIGHTING_WIDTH,
    around: (values) => `
      WITH sightings (key, final, digest) AS (${values})
      SELECT n.key, s.seq IS NULL OR (n.final, ?, ?) >= ${sightingOf("s")} AS newest
      FROM sightings n LEFT JOIN ${seen} s ON s.${key} = n.key
      WHERE s.seq IS NULL OR s.digest <> n.digest`
  }),
  sight: batched(sql, {
    width: SIGHTING_WIDTH,
    around: (values) => `
      WITH sightings (key, final, digest) AS (${values})
      INSERT INTO ${seen} (${key}, final, digest, observed_at, seq)
      SELECT key, final, digest, ?, ? FROM sightings WHERE true
      ON CONFLICT (${key}) DO UPDATE
      SET ${SIGHTING} = ${sightingOf("excluded")}, digest = excluded.digest
      WHERE ${sightingOf("excluded")} >= ${sightingOf(seen)}`
  })
})

export const entityWriter = (sql: Sql, table: EntityTable, ids: TableIds, carryOver: CarryOver) => {
  const key = table.columns[0] as string
  const { differing, sight } = sightingStatements(sql, `${table.name}_seen`, key)
  const withTextIds = textIdsIn(table, ids.texts)
  const writeRows = rowWriter(sql, table, carryOver)

  return (rows: ReadonlyArray<EntityRow>, { observedAt, seq }: RowOrigin) =>
    Effect.gen(function* () {
      const entities = lastDescriptions(rows)
      const keys: ReadonlyArray<Cell> =
        table.definitions[key]?.idTable === marketNumbers.name
          ? yield* ids.markets.of(entities.map((entity) => [entity.key]))
          : entities.map((entity) => entity.key)
      const sightings = Arr.zipWith(entities, keys, (entity, key) => [
        key,
        entity.final ? 1 : 0,
        digestOf(entity)
      ])
      const differences = new Map(
        (yield* differing(sightings, observedAt, seq)).map(({ key, newest }) => [key, newest === 1])
      )
      const different = Arr.zip(keys, entities).filter(([key]) => differences.has(key))
      // Texts of a description that comes too late get ids as well: which texts have ids must not depend on what
      // the table holds, so that the log can be replayed in ranges.
      const stored = yield* withTextIds(different.map(([key, entity]) => [key, ...entity.cells().slice(1)]))
      yield* writeRows(stored.filter(([key]) => differences.get(key as Cell) === true))
      yield* sight(sightings, observedAt, seq)
    })
}

/**
 * Returns one description of each entity: the last that the observation gives, unless an earlier one is final and
 * the last is not.
 */
const lastDescriptions = (rows: ReadonlyArray<EntityRow>): ReadonlyArray<EntityRow> => {
  const last = new Map<string, EntityRow>()
  for (const row of rows) {
    const before = last.get(row.key)
    if (before === undefined || row.final || !before.final) last.set(row.key, row)
  }
  return [...last.values()]
}

const digestOf = ({ cells, digest: known }: EntityRow): string => known ?? digest(JSON.stringify(cells()))

type Rows = ReadonlyArray<ReadonlyArray<EntityCell>>

/** Replaces the texts of shared columns by their ids. */
const textIdsIn = (table: EntityTable, texts: Ids) => {
  const positions = columnsOfIds(table, sharedTexts.name).map((column) => table.columns.indexOf(column))
  return (rows: Rows): Effect.Effect<Rows, SqlError.SqlError> =>
    Effect.gen(function* () {
      if (positions.length === 0) return rows
      const found = new Set<string>()
      for (const row of rows)
        for (const position of positions) {
          const cell = row[position]
          if (typeof cell === "string") found.add(cell)
        }
      const all = [...found]
      const ids = yield* texts.of(
        all.map((text) => {
          // An unpaired surrogate cannot be encoded in UTF-8, and would not be read back as it was written.
          const content = text.toWellFormed()
          return [digest(content), content]
        })
      )
      const idOf = new Map(all.map((text, i) => [text, ids[i] as number]))
      return rows.map((row) => {
        const stored = [...row]
        for (const position of positions) {
          const cell = row[position]
          if (typeof cell === "string") stored[position] = idOf.get(cell) as number
        }
        return stored
      })
    })
}

/**
 * Writes rows that set all columns, and rows that set only some of them. A column that is left out of a statement
 * keeps its value, or is NULL in a new row.
 */
const rowWriter = (sql: Sql, { columns, name }: EntityTable, carryOver: CarryOver) => {
  const writers = new Map<string, BatchedStatement<never>>()

  const writerOf = (set: ReadonlyArray<string>) => {
    const writer = writers.get(set.join()) ?? upsert(sql, { name, columns: set, key: set.slice(0, 1) })
    writers.set(set.join(), writer)
    return writer
  }

  return (rows: Rows): Effect.Effect<void, SqlError.SqlError> =>
    Effect.gen(function* () {
      const [whole, partial] = Arr.partition(rows, (row) => row.includes(KEPT))
      yield* carryOver.rowsReplaced(
        name,
        whole.map(([key]) => key as Cell)
      )
      yield* writerOf(columns)(whole as ReadonlyArray<ReadonlyArray<Cell>>)
      for (const row of partial) {
        const [set, kept] = Arr.partition(columns, (_, position) => row[position] === KEPT)
        yield* carryOver.columnsKept(name, row[0] as Cell, kept)
        yield* writerOf(set)([row.filter((cell): cell is Cell => cell !== KEPT)])
      }
    })
}
