/**
 * Writes the rows of an entity table. Every description that an observation gives is compared with the newest one
 * that the table has seen, and only the rows of those that change something are made and written. Where versions are
 * kept, a description that is not that of the description before it in the log is written as a version too.
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
import { sightingStatements } from "./sightings.ts"
import type { BatchedStatement, Sql } from "./statement-batches.ts"
import { upsert } from "./upsert.ts"
import { type RowOrigin, versionWriter } from "./version-writer.ts"

/** The ids that stand for markets and for long texts in the tables. */
export interface TableIds {
  readonly markets: Ids
  readonly texts: Ids
}

export const entityWriter = (sql: Sql, table: EntityTable, ids: TableIds, carryOver: CarryOver) => {
  const key = table.columns[0] as string
  const { differing, sight, sightLate } = sightingStatements(sql, table, key)
  const withTextIds = textIdsIn(table, ids.texts)
  const writeRows = rowWriter(sql, table, carryOver)
  const writeVersions = table.versions === undefined ? undefined : versionWriter(sql, table.versions)

  return (rows: ReadonlyArray<EntityRow>, origin: RowOrigin) =>
    Effect.gen(function* () {
      const { observedAt, seq } = origin
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
        (yield* differing(sightings, observedAt, seq)).map((difference) => [difference.key, difference])
      )
      const differenceOf = ([key]: ReadonlyArray<unknown>) => differences.get(key as Cell)
      const different = Arr.zip(keys, entities).filter(([key]) => differences.has(key))
      // Texts of a description that comes too late get ids as well: which texts have ids must not depend on what
      // the table holds, so that the log can be replayed in ranges.
      const stored = yield* withTextIds(different.map(([key, entity]) => [key, ...entity.cells().slice(1)]))
      yield* writeRows(
        stored.filter((row) => differenceOf(row)?.newest === 1 && differenceOf(row)?.other === 1)
      )
      if (writeVersions !== undefined) {
        const digests = new Map(sightings.map(([key, , digest]) => [key, digest as string]))
        const changed = stored.filter((row) => differenceOf(row)?.changed === 1)
        yield* writeVersions(changed, (key) => digests.get(key) ?? null, origin)
        yield* sightLate(sightings.filter((sighting) => differenceOf(sighting)?.newest === 0))
      }
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
