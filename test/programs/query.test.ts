/** `query` as a process: the sources of its SQL, the targets of its answer, and its end. */
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { commandOf, folder, run, start } from "./run.ts"

const PATIENCE_MILLIS = 300_000

const directory = Effect.gen(function* () {
  const dataDir = yield* folder
  const made = yield* run("init", ["--data-dir", dataDir])
  assert.strictEqual(made.code, 0, made.stderr)
  return dataDir
})

const query = (dataDir: string, ...args: ReadonlyArray<string>) =>
  run("query", [...args, "--data-dir", dataDir])

/** Temporary folders, and unfinished files. */
const left = (dataDir: string) => readdirSync(dataDir).filter((name) => name.startsWith("."))

describe("query", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("takes SQL from an argument, a file or a pipe, and refuses more than one of them", () =>
    Effect.gen(function* () {
      const dataDir = yield* directory
      const file = join(dataDir, "q.sql")
      writeFileSync(file, "SELECT 'from a file' AS x;\n")
      assert.strictEqual((yield* query(dataDir, "-f", file, "--format", "csv")).stdout, "x\nfrom a file\n")
      const twice = yield* query(dataDir, "SELECT 1", "-f", file)
      assert.deepStrictEqual([twice.code, twice.stdout], [2, ""])
      for (const argument of [[], ["-"]]) {
        const piped = spawn(process.execPath, [
          ...commandOf("query"),
          ...argument,
          ...["--format", "ndjson", "--data-dir", dataDir]
        ])
        piped.stdin.end("SELECT 'from a pipe' AS x")
        const said: Array<string> = []
        piped.stdout.setEncoding("utf8").on("data", (text: string) => said.push(text))
        yield* Effect.promise(() => once(piped, "close"))
        assert.strictEqual(said.join(""), '{"x": "from a pipe"}\n')
      }
    })
  )

  it.scopedLive("binds parameters, each of them once", () =>
    Effect.gen(function* () {
      const dataDir = yield* directory
      const sql = "SELECT $word AS word, $sum + 1 AS sum"
      const bound = yield* query(dataDir, sql, "-p", "word=a=b c", "--param", "sum=2", "--format", "ndjson")
      assert.strictEqual(bound.stdout, '{"word": "a=b c", "sum": 3}\n', bound.stderr)
      for (const wrong of [
        ["-p", "word"],
        ["-p", "--json"],
        ["-p", "word=1", "-p", "WORD=2"]
      ]) {
        const refused = yield* query(dataDir, sql, ...wrong)
        assert.deepStrictEqual([refused.code, refused.stdout], [2, ""])
        assert.match(refused.stderr, /^kalshi: --param /)
      }
    })
  )

  it.scopedLive("writes a file in the format that its extension names, or no file", () =>
    Effect.gen(function* () {
      const dataDir = yield* directory
      const output = join(dataDir, "out.ndjson")
      const written = yield* query(dataDir, "SELECT 9007199254740993 AS n", "-o", output)
      assert.deepStrictEqual([written.code, written.stdout], [0, ""])
      assert.strictEqual(readFileSync(output, "utf8"), '{"n": 9007199254740993}\n')
      const failed = yield* query(dataDir, "SELECT error('late')", "-o", join(dataDir, "none.csv"))
      assert.strictEqual(failed.code, 1)
      assert.isFalse(existsSync(join(dataDir, "none.csv")))
      assert.deepStrictEqual(left(dataDir), [])
      const whole = join(dataDir, "out.parquet")
      for (const time of ["first", "second"]) {
        const made = yield* query(dataDir, `SELECT '${time}' AS x`, "-o", whole)
        assert.strictEqual(made.code, 0, made.stderr)
        assert.strictEqual(readFileSync(whole).subarray(0, 4).toString(), "PAR1")
      }
      assert.deepStrictEqual(left(dataDir), [])
      const parquet = yield* query(dataDir, "SELECT 1", "--format", "parquet")
      assert.deepStrictEqual([parquet.code, parquet.stdout], [2, ""])
      assert.match(parquet.stderr, /name it with -o/)
    })
  )

  it.scopedLive("writes to devices and through links, and names a file as the user named it", () =>
    Effect.gen(function* () {
      const dataDir = yield* directory
      const [real, link, pipe] = ["real.csv", "link.csv", "pipe.csv"].map((name) => join(dataDir, name))
      writeFileSync(real ?? "", "old\n")
      symlinkSync("real.csv", link ?? "")
      assert.strictEqual((yield* query(dataDir, "SELECT 1 AS x", "-o", link ?? "")).code, 0)
      assert.isTrue(lstatSync(link ?? "").isSymbolicLink())
      assert.strictEqual(readFileSync(real ?? "", "utf8"), "x\n1\n")

      execFileSync("mkfifo", [pipe ?? ""])
      const reader = spawn("cat", [pipe ?? ""])
      const said: Array<string> = []
      reader.stdout.setEncoding("utf8").on("data", (text: string) => said.push(text))
      const read = once(reader, "close")
      const piped = yield* query(dataDir, "SELECT 1 AS x", "-o", pipe ?? "")
      assert.strictEqual(piped.code, 0, piped.stderr)
      yield* Effect.promise(() => read)
      assert.strictEqual(said.join(""), "x\n1\n")
      assert.isTrue(lstatSync(pipe ?? "").isFIFO(), "a pipe stays a pipe")

      // A name may be as long as the file system allows, in spite of the longer name of the temporary file.
      const long = join(dataDir, `${"n".repeat(250)}.csv`)
      assert.strictEqual((yield* query(dataDir, "SELECT 1", "-o", long)).code, 0)
      const refused = yield* query(dataDir, "SELECT 1", "-o", `${long}.csv`)
      assert.strictEqual(refused.code, 1)
      assert.include(refused.stderr, `writing ${long}.csv failed: the name is too long`)
      assert.notMatch(refused.stderr, /\.part/)
      assert.deepStrictEqual(left(dataDir), [])
    })
  )

  it.scopedLive("shows the position of an error, without control characters of the statement", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* query(yield* directory, "SELECT tile, '\u001b]0;x\u0007' FROM markets")
      assert.strictEqual(code, 1)
      assert.match(stderr, /kalshi: Binder Error: .*"tile".*\nLINE 1: SELECT tile, .*\n {15}\^\n$/)
      assert.notMatch(stderr.replaceAll("\n", ""), /\p{Cc}/u)
    })
  )

  it.scopedLive("ends with its reader, and leaves no files", () =>
    Effect.gen(function* () {
      const dataDir = yield* directory
      const child = spawn(process.execPath, [
        ...commandOf("query"),
        ...["FROM range(1000000000)", "--format", "csv", "--data-dir", dataDir]
      ])
      yield* Effect.promise(() => once(child.stdout, "data"))
      child.stdout.destroy()
      const [code] = yield* Effect.promise(() => once(child, "close"))
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(left(dataDir), [])
    })
  )

  it.scopedLive("fails with one message if stdout cannot be written, and leaves no files", () =>
    Effect.gen(function* () {
      const dataDir = yield* directory
      const words = [process.execPath, ...commandOf("query"), "FROM range(100000)", "--data-dir", dataDir]
      const command = `${words.map((word) => `'${word}'`).join(" ")} --format csv > /dev/full`
      const failed = spawn("sh", ["-c", command])
      const said: Array<string> = []
      failed.stderr.setEncoding("utf8").on("data", (text: string) => said.push(text))
      const [code] = yield* Effect.promise(() => once(failed, "close"))
      assert.strictEqual(code, 1)
      assert.match(said.join(""), /^kalshi: writing the result failed: the disk is full; [^\n]*\n$/)
      assert.deepStrictEqual(left(dataDir), [])
    })
  )

  it.scopedLive("ends at once when it is stopped", () =>
    Effect.gen(function* () {
      const dataDir = yield* directory
      const args = ["SELECT count(*) FROM range(1000000000000)", "--data-dir", dataDir]
      const endless = yield* start("query", args)
      // Its temporary folder exists just before DuckDB is opened.
      yield* Effect.repeat(Effect.sleep("20 millis"), { until: () => left(dataDir).length > 0 })
      yield* Effect.sleep("1 second")
      const stoppedAt = performance.now()
      yield* endless.kill("SIGINT")
      const { code, stdout } = yield* endless.ended
      assert.deepStrictEqual([code, stdout], [130, ""])
      assert.isBelow(performance.now() - stoppedAt, 5000)
      assert.deepStrictEqual(left(dataDir), [])
    })
  )

  // DuckDB looks for an interrupt between values. This one takes it hours.
  const oneLongValue = "SELECT levenshtein(repeat('ab', 1000000), repeat('ba', 1000000))"
  // And while it makes this one of 10 GB, it counts none of its memory.
  const oneLargeValue = "SELECT regexp_replace(repeat('a', 10000000), 'a', repeat('b', 1000), 'g')"

  it.scopedLive("ends at once also where DuckDB does not stop", () =>
    Effect.gen(function* () {
      const dataDir = yield* directory
      const endless = yield* start("query", [oneLongValue, "--data-dir", dataDir])
      yield* Effect.repeat(Effect.sleep("20 millis"), { until: () => left(dataDir).length > 0 })
      yield* Effect.sleep("2 seconds")
      const stoppedAt = performance.now()
      yield* endless.kill("SIGINT")
      const { code, signal, stderr } = yield* endless.ended
      assert.include([130, "SIGINT"], code ?? signal, stderr)
      assert.match(stderr, /^kalshi: stopped by Ctrl-C before it was done\n$/)
      assert.isBelow(performance.now() - stoppedAt, 10_000)
      assert.deepStrictEqual(left(dataDir), [])
    })
  )

  it.scopedLive("keeps its limits also where DuckDB does not", () =>
    Effect.gen(function* () {
      const dataDir = yield* directory
      for (const [sql, limit, why] of [
        [oneLongValue, ["--timeout", "1s"], /^kalshi: the query was stopped after 1 s of work\. .*\n$/],
        [oneLargeValue, ["--memory", "64MB"], /^kalshi: the query needs more memory than it may use\. .*\n$/]
      ] as const) {
        const { code, signal, stderr, stdout } = yield* query(dataDir, sql, ...limit)
        assert.match(stderr, why)
        assert.include([1, "SIGKILL"], code ?? signal)
        assert.strictEqual(stdout, "")
        assert.deepStrictEqual(left(dataDir), [])
      }
    })
  )
})
