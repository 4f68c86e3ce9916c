/**
 * The rules of the service, checked from outside after a step: the log only grows, the tables and the lake follow
 * from it, no key is there twice, and no slot is without an outcome. Each check returns what is wrong, or nothing.
 */
import { existsSync, rmSync } from "node:fs"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { lakeTables } from "../../src/domain/read/lake.ts"
import * as Analytics from "../../src/layers/duckdb/query/Analytics.ts"
import { databasePath } from "../../src/layers/files/data-dir.ts"
import type { World } from "./world.ts"

interface Entry {
  readonly seq: number
  readonly bodySha256: string
  readonly chainSha256: string
}

/** What a simulation remembers of a recording from one step to the next. */
export interface Memory {
  entries: ReadonlyArray<Entry>
  /** The contents of the tables by the seq up to which they had read the log. */
  readonly contentsAt: Map<number, ReadonlyArray<Contents>>
}

export const emptyMemory = (): Memory => ({ entries: [], contentsAt: new Map() })

const tail = (text: string) => text.slice(-2000)

/** Runs a program that must succeed. */
export const succeeds = ({ program }: World, args: ReadonlyArray<string>) =>
  Effect.map(program(args), ({ code, stderr }) =>
    code === 0 ? [] : [`kalshi ${args.join(" ")} ended with ${code}: ${tail(stderr)}`]
  )

const sameEntry = (one: Entry, other: Entry | undefined): boolean =>
  other !== undefined &&
  one.seq === other.seq &&
  one.bodySha256 === other.bodySha256 &&
  one.chainSha256 === other.chainSha256

/** Every observation that was there is there, unchanged, and the seqs are contiguous from 1. */
export const logOnlyGrows = ({ program }: World, memory: Memory) =>
  Effect.map(
    program(["log", "list", "--from", "1", "--limit", "1000000", "--json"]),
    ({ code, stderr, stdout }) => {
      if (code !== 0) return [`kalshi log list ended with ${code}: ${tail(stderr)}`]
      const entries: ReadonlyArray<Entry> = JSON.parse(stdout)
      const gap = entries.find(({ seq }, index) => seq !== index + 1)
      const lost = memory.entries.find((entry, index) => !sameEntry(entry, entries[index]))
      memory.entries = entries
      return [
        ...(gap === undefined ? [] : [`the log has seq ${gap.seq} where another should be`]),
        ...(lost === undefined ? [] : [`seq ${lost.seq} is not what it was`])
      ]
    }
  )

/** No run is open when nothing runs, except the one that the last step killed. */
const slotsHaveOutcomes = ({ dataDir }: World) =>
  Effect.sync(() => {
    const database = new Sqlite(databasePath(dataDir), { readonly: true })
    try {
      const feeds = database
        .prepare(
          "SELECT feed FROM collection_runs WHERE status = 'running' GROUP BY feed HAVING count(*) > 1"
        )
        .pluck()
        .all()
      return feeds.map((feed) => `two runs of ${feed} are open`)
    } finally {
      database.close()
    }
  })

const factTables = lakeTables.map(({ table }) => table)

/** The rows of each table by number and by the sum of their hashes, and the keys that are there twice. */
const CONTENTS = factTables
  .map(
    ({ key, name }) => `
      SELECT '${name}' AS name, count(*) AS rows, sum(hash(t)) AS hash,
        count(*) - count(DISTINCT (${key.join(", ")})) AS doubled
      FROM (SELECT * FROM ${name}) t`
  )
  .join(" UNION ALL ")

/** The rows of a table by number and hash, and the number of keys that are there twice. */
export interface Contents {
  readonly name: string
  readonly rows: number
  readonly hash: string
  readonly doubled: number
}

/** Reads the contents of all tables of a data directory, over lake and tail, as `kalshi query` does. */
export const contents = (dataDir: string) =>
  Analytics.make({ dataDir })
    .query({ sql: CONTENTS })
    .pipe(
      Effect.map((answer) => ({
        rows: answer.rows.map(
          ([name, rows, hash, doubled]): Contents => ({
            name: String(name),
            rows: Number(rows),
            hash: String(hash),
            doubled: Number(doubled)
          })
        ),
        wrong: []
      })),
      Effect.catchAll((error) =>
        Effect.succeed({ rows: [], wrong: [`a query in ${dataDir} failed: ${error.message}`] })
      )
    )

/** Returns what differs between two contents of the same tables. */
export const differences = (
  found: ReadonlyArray<Contents>,
  expected: ReadonlyArray<Contents>
): ReadonlyArray<string> =>
  found.flatMap(({ doubled, hash, name, rows }) => {
    const other = expected.find((one) => one.name === name)
    return [
      ...(other?.rows === rows && other.hash === hash
        ? []
        : [`${name} has ${rows} rows in place of ${other?.rows}, or others`]),
      ...(doubled === 0 ? [] : [`${doubled} keys are doubled in ${name}`])
    ]
  })

/** Makes the tables as they were at a seq, and returns their contents. */
export const contentsUntil = (world: World, seq: number) =>
  Effect.gen(function* () {
    const output = `${world.dataDir}-rebuilt`
    const wrong = yield* succeeds(world, ["replay", "--until", String(seq), "--output", output])
    if (wrong.length > 0) return { rows: [], wrong }
    const rebuilt = yield* contents(output)
    yield* Effect.sync(() => rmSync(output, { recursive: true, force: true }))
    return rebuilt
  })

/** Returns the seq up to which all tables have read the log. A killed program may have left them behind it. */
const checkpoint = ({ dataDir }: World) =>
  Effect.sync(() => {
    const database = new Sqlite(databasePath(dataDir), { readonly: true })
    try {
      return Number(database.prepare("SELECT min(seq) FROM projection_checkpoints").pluck().get())
    } finally {
      database.close()
    }
  })

/** The answers over the lake and the tail are those over tables that were built from the whole log. */
const answersFollowFromLog = (world: World, { contentsAt }: Memory) =>
  Effect.gen(function* () {
    const seq = yield* checkpoint(world)
    if (seq === 0) return []
    const rebuilt = yield* contentsUntil(world, seq)
    const live = yield* contents(world.dataDir)
    const differing = differences(live.rows, rebuilt.rows)
    const wrong = [...rebuilt.wrong, ...live.wrong, ...differing]
    if (wrong.length === 0) contentsAt.set(seq, live.rows)
    return wrong
  })

/** Checks all rules. Returns what is wrong. */
export const brokenRules = (world: World, memory: Memory): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function* () {
    if (!existsSync(databasePath(world.dataDir))) return []
    const checks = [
      logOnlyGrows(world, memory),
      succeeds(world, ["log", "verify"]),
      slotsHaveOutcomes(world),
      // A killed program may have left the tables behind the log; replay compares up to their checkpoint.
      succeeds(world, ["replay", "--verify", "--workers", "1"]),
      answersFollowFromLog(world, memory)
    ]
    return (yield* Effect.forEach(checks, (check) => check)).flat()
  })
