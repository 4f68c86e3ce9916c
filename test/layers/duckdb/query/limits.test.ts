/** The memory, time and disk that a query may use, and its interruption. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import * as DuckAnalytics from "../../../../src/layers/duckdb/query/Analytics.ts"
import { deliver } from "../../../../src/programs/terminal/deliver.ts"
import { addMarket, readAll, scopedDataDir, scopedReader } from "../support.ts"

const MEGABYTE = 1_000_000

const directory = Effect.gen(function* () {
  const { dataDir, database } = yield* scopedDataDir
  addMarket(database, 1, "KX-1")
  addMarket(database, 2, "KX-2")
  return { dataDir, analytics: DuckAnalytics.make({ dataDir }) }
})

/** The folders for temporary files that are left. */
const left = (dataDir: string) => readdirSync(dataDir).filter((name) => !name.startsWith("kalshi.db"))

/** The growth of the process while `work` ran, in megabytes. */
const growth = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const before = process.memoryUsage.rss()
    let peak = before
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss())
    }, 10)
    const result = yield* Effect.ensuring(
      work,
      Effect.sync(() => clearInterval(timer))
    )
    return { result, megabytes: (Math.max(peak, process.memoryUsage.rss()) - before) / MEGABYTE }
  })

describe("a streamed answer", () => {
  it.scopedLive("holds only a few rows of a billion", () =>
    Effect.gen(function* () {
      const { analytics } = yield* directory
      const { megabytes, result } = yield* growth(
        Effect.scoped(
          Effect.gen(function* () {
            const { next } = yield* analytics.open({ sql: "FROM range(1000000000)" })
            let rows = 0
            for (let batch = 0; batch < 300; batch++) rows += (yield* next).length
            return rows
          })
        )
      )
      assert.strictEqual(result, 300 * 2048)
      assert.isBelow(megabytes, 400)
    })
  )

  it.scopedLive("counts the rows that it does not return, within a time limit", () =>
    Effect.gen(function* () {
      const { analytics } = yield* directory
      const counted = (sql: string, millis: number) =>
        Effect.scoped(
          Effect.gen(function* () {
            const { countRest, next } = yield* analytics.open({ sql })
            const first = yield* next
            return { first: first.length, ...(yield* countRest(millis)) }
          })
        )
      assert.deepStrictEqual(yield* counted("FROM range(100000)", 60_000), {
        first: 2048,
        rows: 97_952,
        whole: true
      })
      assert.deepInclude(yield* counted("FROM range(1000000000000)", 50), { whole: false })
    })
  )

  for (const [what, value] of [
    ["text", "repeat('x', 500000000)"],
    ["list", "range(20000000)"],
    ["struct of texts", "{a: 'y', b: [repeat('x', 40000000)]}"]
  ] as const) {
    it.scopedLive(`refuses a ${what} that is too large, before it becomes an object`, () =>
      Effect.gen(function* () {
        const { analytics } = yield* directory
        const { megabytes, result } = yield* growth(
          Effect.flip(analytics.query({ sql: `SELECT 1 AS one, ${value} AS large` }))
        )
        assert.match(
          result.message,
          /^the value of large in row 1 has about \d+ MB, and query hands on values of up to 34 MB\. Take a part of it/
        )
        assert.isBelow(megabytes, 1500)
      })
    )
  }

  it.scopedLive("accepts large values, one after the other", () =>
    Effect.gen(function* () {
      const { analytics } = yield* directory
      const lengths = yield* Effect.scoped(
        Effect.gen(function* () {
          const { next } = yield* analytics.open({
            sql: "SELECT range AS n, repeat('é', 4000000) AS large, NULL AS nothing FROM range(12)"
          })
          const lengths: Array<ReadonlyArray<unknown>> = []
          for (let batch = yield* next; batch.length > 0; batch = yield* next) {
            assert.strictEqual(batch.length, 1)
            for (const [n, large, nothing] of batch) lengths.push([n, String(large).length, nothing])
          }
          return lengths
        })
      )
      assert.deepStrictEqual(
        lengths,
        Array.from({ length: 12 }, (_, n) => [n, 4_000_000, null])
      )
    })
  )
})

describe("the limits of a query", () => {
  const endless = "SELECT count(*) FROM range(1000000000000)"

  it.scopedLive("include time", () =>
    Effect.gen(function* () {
      const { analytics, dataDir } = yield* directory
      const startedAt = performance.now()
      const error = yield* Effect.flip(analytics.query({ sql: endless, limits: { timeoutSeconds: 1 } }))
      assert.match(error.message, /^the query was stopped after 1 s of work\. .*--timeout$/)
      assert.isBelow(performance.now() - startedAt, 10_000)
      assert.deepStrictEqual(left(dataDir), [])
    })
  )

  it.scopedLive("exclude the time that the reader takes", () =>
    Effect.gen(function* () {
      const { analytics } = yield* directory
      const rows = yield* Effect.scoped(
        Effect.gen(function* () {
          const { next } = yield* analytics.open({ sql: "FROM range(5000)", limits: { timeoutSeconds: 3 } })
          let rows = (yield* next).length
          yield* Effect.sleep("3500 millis")
          for (let batch = yield* next; batch.length > 0; batch = yield* next) rows += batch.length
          return rows
        })
      )
      assert.strictEqual(rows, 5000)
    })
  )

  const sorted = "SELECT sha256(range::VARCHAR) AS h FROM range(3000000) ORDER BY h"

  it.scopedLive("include memory", () =>
    Effect.gen(function* () {
      const { analytics } = yield* directory
      const error = yield* Effect.flip(
        analytics.query({
          sql: "SELECT list(repeat('y', 50) || range) AS l FROM range(4000000)",
          limits: { memoryBytes: 60 * MEGABYTE }
        })
      )
      assert.match(error.message, /^the query needs more memory than it may use\..*--memory$/)
    })
  )

  it.scopedLive("include the disk", () =>
    Effect.gen(function* () {
      const { analytics, dataDir } = yield* directory
      const limits = { memoryBytes: 60 * MEGABYTE, spillBytes: 20 * MEGABYTE }
      const error = yield* Effect.flip(analytics.query({ sql: sorted, limits, rowsMax: 1 }))
      assert.match(error.message, /^the query spills more to the disk than it may\..*--temp-limit$/)
      assert.deepStrictEqual(left(dataDir), [])
    })
  )

  it.scopedLive("and an interruption end it at once", () =>
    Effect.gen(function* () {
      const { analytics, dataDir } = yield* directory
      const fiber = yield* Effect.fork(analytics.query({ sql: endless }))
      yield* Effect.sleep("1500 millis")
      const startedAt = performance.now()
      assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
      assert.isBelow(performance.now() - startedAt, 2000)
      assert.deepStrictEqual(left(dataDir), [])
    })
  )
})

describe("a file of an answer", () => {
  const into = (dataDir: string, sql: string, format: "csv" | "json" | "parquet", output: string) =>
    deliver({ sql }, { format, output }).pipe(Effect.provide(DuckAnalytics.layer({ dataDir })))

  it.scopedLive("contains all rows", () =>
    Effect.gen(function* () {
      const { dataDir } = yield* directory
      const output = join(dataDir, "out.csv")
      yield* into(dataDir, "SELECT range AS n FROM range(100000)", "csv", output)
      const lines = readFileSync(output, "utf8").split("\n")
      assert.deepStrictEqual([lines.length, lines[0], lines[1], lines[100_000]], [100_002, "n", "0", "99999"])
      assert.deepStrictEqual(left(dataDir), ["out.csv"])
    })
  )

  it.scopedLive("is complete or does not exist, and an older one stays", () =>
    Effect.gen(function* () {
      const { dataDir } = yield* directory
      const output = join(dataDir, "out.csv")
      writeFileSync(output, "older")
      const failing = "SELECT CASE WHEN range < 50000 THEN 1 ELSE error('late') END AS n FROM range(100000)"
      for (const format of ["csv", "parquet"] as const) {
        const error = yield* Effect.flip(into(dataDir, failing, format, output))
        assert.include(error.message, "late")
        assert.strictEqual(readFileSync(output, "utf8"), "older")
        assert.deepStrictEqual(left(dataDir), ["out.csv"])
      }
    })
  )

  it.scopedLive("in Parquet has the types of the answer, and integers that are not rounded", () =>
    Effect.gen(function* () {
      const { dataDir } = yield* directory
      const output = join(dataDir, "it's.parquet")
      yield* into(
        dataDir,
        `SELECT ticker AS "a ""b""", 9007199254740993::HUGEINT AS h, 6.9::DECIMAL(9,4) AS p, observed_at
         FROM markets ORDER BY ticker; -- done;`,
        "parquet",
        output
      )
      const reader = yield* scopedReader
      const from = `'${output.replaceAll("'", "''")}'`
      assert.deepStrictEqual(
        yield* readAll(reader, `SELECT column_name, column_type FROM (DESCRIBE FROM ${from})`),
        [
          ['a "b"', "VARCHAR"],
          ["h", "DECIMAL(38,0)"],
          ["p", "DECIMAL(9,4)"],
          ["observed_at", "TIMESTAMP WITH TIME ZONE"]
        ]
      )
      assert.deepStrictEqual(yield* readAll(reader, `SELECT h FROM ${from}`), [
        ["9007199254740993"],
        ["9007199254740993"]
      ])
    })
  )

  it.scopedLive(
    "in Parquet can be written from PIVOT and DESCRIBE too, and gives no access to other files",
    () =>
      Effect.gen(function* () {
        const { dataDir } = yield* directory
        const output = join(dataDir, "out.parquet")
        for (const sql of ["DESCRIBE markets", "PIVOT markets ON ticker USING count(*) GROUP BY status"])
          yield* into(dataDir, sql, "parquet", output)
        assert.isTrue(existsSync(output))
        writeFileSync(join(dataDir, "other.csv"), "a\n1\n")
        const error = yield* Effect.flip(
          into(dataDir, `SELECT * FROM read_csv('${join(dataDir, "other.csv")}')`, "parquet", output)
        )
        assert.match(error.message, /disabled/)
        const plan = yield* Effect.flip(into(dataDir, "EXPLAIN SELECT 1", "parquet", output))
        assert.match(plan.message, /EXPLAIN cannot be written as Parquet/)
      })
  )

  it.scopedLive("cannot be a folder, or be in a folder that does not exist", () =>
    Effect.gen(function* () {
      const { dataDir } = yield* directory
      for (const output of [dataDir, join(dataDir, "none", "out.csv")]) {
        const error = yield* Effect.flip(into(dataDir, "SELECT 1", "csv", output))
        assert.strictEqual(error._tag, "WrongUsage")
      }
    })
  )
})
