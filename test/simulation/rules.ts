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
}

const tail = (text: string) => text.slice(-2000)

/** Runs a program that must succeed. */
const succeeds = ({ program }: World, args: ReadonlyArray<string>) =>
  Effect.map(program(args), ({ code, stderr }) =>
    code === 0 ? [] : [`kalshi ${args.join(" ")} ended with ${code}: ${tail(stderr)}`]
  )

const sameEntry = (one: Entry, other: Entry | undefined): boolean =>
  other !== undefined &&
  one.seq === other.seq &&
  one.bodySha256 === other.bodySha256 &&
  one.chainSha256 === other.chainSha256

/** Every observation that was there is there, unchanged, and the seqs are contiguous from 1. */
const logOnlyGrows = ({ program }: World, memory: Memory) =>
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

interface Contents {
  readonly name: string
  readonly rows: number
  readonly hash: string
  readonly doubled: number
}

/** Asks the layer behind `kalshi query`, in this process. */
const contents = (dataDir: string) =>
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

/** The answers over the lake and the tail are those over tables that were built from the whole log. */
const answersFollowFromLog = (world: World, memory: Memory) =>
  Effect.gen(function* () {
    const { entries } = memory
    if (entries.length === 0) return []
    const output = `${world.dataDir}-rebuilt`
    const built = yield* succeeds(world, ["replay", "--until", String(entries.length), "--output", output])
    if (built.length > 0) return built
    const [live, rebuilt] = [yield* contents(world.dataDir), yield* contents(output)]
    yield* Effect.sync(() => rmSync(output, { recursive: true, force: true }))
    const differing = live.rows.filter(
      ({ hash, rows }, at) => rebuilt.rows[at]?.rows !== rows || rebuilt.rows[at]?.hash !== hash
    )
    return [
      ...live.wrong,
      ...rebuilt.wrong,
      ...differing.map(
        ({ name, rows }) =>
          `${name} has ${rows} rows in lake and tail, ${rebuilt.rows.find((one) => one.name === name)?.rows} in a replay, or others`
      ),
      ...live.rows.flatMap(({ doubled, name }) =>
        doubled === 0 ? [] : [`${doubled} keys are doubled in ${name}`]
      )
    ]
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
