/**
 * Writes what could not be read into the table `quarantine`, in a bounded number of rows
 * (docs/decisions/0020-unreadable-items.md). A part of an item that is described in every slot has
 * one row, from the first answer with it, until a rebuild resolves it. Items that are lost as a whole have
 * one row for each answer and kind of problem, which says how many there are.
 */
import { Effect } from "effect"
import { describeProblem } from "../../domain/read/wire/shape.ts"
import type { Database } from "../sqlite/database/Database.ts"
import type { CarryOver } from "./carry-over.ts"
import type { Decoded, ProjectionProblem } from "./decoding/decode.ts"

type Sql = Database["Type"]["sql"]

interface QuarantineEntry {
  readonly projection: string
  readonly item: string
  readonly error: string
}

interface StoredPart {
  readonly projection: string
  readonly item: string
}

const keyOf = ({ item, projection }: StoredPart) => `${projection} ${item}`

/**
 * Returns the kind of a problem. Positions in lists are left out, so that the same problem in each item of an
 * answer counts as one kind.
 */
const kindOf = ({ expected, lost = "", path, projection }: ProjectionProblem) =>
  [projection, path.replace(/\[\d+\]/g, "[]"), expected, lost].join(" ")

/** Joins problems of one kind into one entry, which describes the first of them and tells their number. */
const entriesByKind = (problems: ReadonlyArray<ProjectionProblem>): ReadonlyArray<QuarantineEntry> => {
  const kinds = new Map<string, { readonly first: ProjectionProblem; readonly others: number }>()
  for (const wrong of problems) {
    const kind = kindOf(wrong)
    const { first, others } = kinds.get(kind) ?? { first: wrong, others: -1 }
    kinds.set(kind, { first, others: others + 1 })
  }
  return [...kinds.values()].map(({ first, others }) => ({
    projection: first.projection,
    item: first.path,
    error: describeProblem(first) + (others === 0 ? "" : `, and ${others} more like it in this answer`)
  }))
}

export const make = (sql: Sql, carryOver: CarryOver) => {
  /**
   * The parts that have a row of `quarantine` already. The set is read when it is first needed, which is
   * rarely.
   */
  let known: Set<string> | undefined

  const stored = Effect.map(
    sql<StoredPart>`SELECT projection, item FROM quarantine WHERE resolved_at IS NULL`,
    (rows) => new Set(rows.map(keyOf))
  )

  const unknownParts = (problems: ReadonlyArray<ProjectionProblem>) =>
    Effect.gen(function* () {
      const parts: Array<QuarantineEntry> = []
      if (problems.length === 0) return parts
      known ??= yield* stored
      for (const wrong of problems) {
        const { part: item, projection } = wrong
        if (item === undefined || known.has(keyOf({ projection, item }))) continue
        known.add(keyOf({ projection, item }))
        parts.push({ projection, item, error: describeProblem(wrong) })
      }
      return parts
    })

  return {
    /**
     * Writes the problems of an answer, and returns descriptions of those that are new. Call it within a
     * transaction; if the transaction fails, call `forget`.
     */
    note: ({ observedAt, problems, seq }: Decoded) =>
      Effect.gen(function* () {
        const parts = yield* unknownParts(problems.filter(({ part }) => part !== undefined))
        const fresh = [...parts, ...entriesByKind(problems.filter(({ part }) => part === undefined))]
        for (const { error, item, projection } of fresh)
          yield* sql`
            INSERT INTO quarantine (seq, projection, item, error, first_seen)
            VALUES (${seq}, ${projection}, ${item}, ${error}, ${observedAt})
            ON CONFLICT (seq, projection, item) DO NOTHING
          `
        for (const { item, projection } of parts) yield* carryOver.partQuarantined({ seq, projection, item })
        return fresh.map(({ error }) => error)
      }),

    forget: Effect.sync(() => {
      known = undefined
    })
  }
}
