/**
 * Notes what could not be read, without growing for ever (docs/decisions/0020-what-is-kept-of-odd-items.md). A part
 * of an item that is described in every slot has one row, of the answer that had it first, until a rebuild resolves
 * it. What is lost altogether has one row an answer for all that is alike, and says how many there are.
 */
import { Effect } from "effect"
import { describeProblem } from "../../domain/wire/shape.ts"
import type { Interpreted } from "../../services/Interpreter.ts"
import type { Database } from "../sqlite/Database.ts"

type Sql = Database["Type"]["sql"]
type Problem = Interpreted["problems"][number]

interface Noted {
  readonly projection: string
  readonly item: string
  readonly error: string
}

interface Stored {
  readonly projection: string
  readonly item: string
}

const keyOf = ({ item, projection }: Stored) => `${projection} ${item}`

/** Places in lists are left out: the same thing may be amiss with each item of an answer. */
const kindOf = ({ expected, lost = "", path, projection }: Problem) =>
  [projection, path.replace(/\[\d+\]/g, "[]"), expected, lost].join(" ")

const together = (problems: ReadonlyArray<Problem>): ReadonlyArray<Noted> => {
  const kinds = new Map<string, { readonly first: Problem; readonly others: number }>()
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

export const make = (sql: Sql) => {
  /** Of parts that are noted already; read when it is first needed, which is hardly ever. */
  let known: Set<string> | undefined

  const stored = Effect.map(
    sql<Stored>`SELECT projection, item FROM quarantine WHERE resolved_at IS NULL`,
    (rows) => new Set(rows.map(keyOf))
  )

  const unknownParts = (problems: ReadonlyArray<Problem>) =>
    Effect.gen(function* () {
      const parts: Array<Noted> = []
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
    /** Within a transaction; if that fails, `forget` what this has noted. Answers what is new, in words. */
    note: ({ observedAt, problems, seq }: Interpreted) =>
      Effect.gen(function* () {
        const fresh = [
          ...(yield* unknownParts(problems.filter(({ part }) => part !== undefined))),
          ...together(problems.filter(({ part }) => part === undefined))
        ]
        for (const { error, item, projection } of fresh)
          yield* sql`
            INSERT INTO quarantine (seq, projection, item, error, first_seen)
            VALUES (${seq}, ${projection}, ${item}, ${error}, ${observedAt})
            ON CONFLICT (seq, projection, item) DO NOTHING
          `
        return fresh.map(({ error }) => error)
      }),

    forget: Effect.sync(() => {
      known = undefined
    })
  }
}
