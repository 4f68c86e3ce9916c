/**
 * Runs SQLite's `integrity_check` on the whole database. It tests that the pages are consistent, and that
 * every index has an entry for each row of its table. The hashes cover tables only, so this is the only check
 * that finds a damaged index. It runs in a child process, which is killed if the check is interrupted.
 */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Effect, Option, Schema } from "effect"
import { DatabaseDamaged, StorageFailed } from "../../../domain/errors.ts"
import { whyOf } from "../../files/error-words.ts"
import { locate } from "./locate.ts"

const Output = Schema.parseJson(
  Schema.Union(
    Schema.Struct({ found: Schema.Array(Schema.String) }),
    Schema.Struct({ error: Schema.Struct({ code: Schema.optional(Schema.String), message: Schema.String }) })
  )
)

const run = (file: string): Effect.Effect<string, StorageFailed> =>
  Effect.async((resume) => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL("./integrity.child.mjs", import.meta.url)), file],
      { stdio: ["ignore", "pipe", "ignore"] }
    )
    let output = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text
    })
    child.once("error", (error) => resume(failed(whyOf(error))))
    child.once("close", (code, signal) =>
      resume(
        code === 0 ? Effect.succeed(output) : failed(`the process ended with ${signal ?? `code ${code}`}`)
      )
    )
    return Effect.sync(() => child.kill("SIGKILL"))
  })

const failed = (why: string) => new StorageFailed({ operation: "checking the database", why })

/**
 * Returns the name of the index in a line of the check's result, such as `row 7 missing from index
 * sqlite_autoindex_market_numbers_1`.
 */
const indexIn = (line: string): string | undefined =>
  /(?:missing from index|entries in index|entry in index|order for index) (\S+)/.exec(line)?.[1]

/**
 * Returns the table of an index that SQLite made for a key: the name of such an index contains the name of
 * the table.
 */
const tableOf = (index: string): string | undefined => /^sqlite_autoindex_(.+)_\d+$/.exec(index)?.[1]

const wordsOf = (found: ReadonlyArray<string>): string => {
  const lines = found.flatMap((text) => text.split("\n")).filter((line) => !line.startsWith("***"))
  const [first = "it does not hang together"] = lines
  const names = [...new Set(lines.map(indexIn))]
  const [index] = names
  if (names.length !== 1 || index === undefined) return first
  return `the index ${index} does not have the rows of ${tableOf(index) ?? "its table"} (${first})`
}

/** Logs, after two seconds, that the check takes long. SQLite does not report its progress. */
const logThatItTakesTime = Effect.logInfo(
  "checking the pages and indexes of kalshi.db, which takes as long as reading it"
).pipe(Effect.delay("2 seconds"), Effect.forkScoped)

/** Fails with a description of the damage if the database of a data directory is damaged. */
export const checkIntegrity = (dataDir: string) =>
  Effect.flatMap(locate(dataDir), (file) => checkIntegrityOf(file, dataDir))

/**
 * Fails with a description of the damage if a database is damaged. `file` is the name to open it by; the description
 * names the database of `dataDir`, of which it may be a copy.
 */
export const checkIntegrityOf = (file: string, dataDir: string) =>
  Effect.gen(function* () {
    const output = yield* Effect.scoped(Effect.zipRight(logThatItTakesTime, run(file)))
    const answer = Schema.decodeOption(Output)(output)
    if (Option.isNone(answer)) return yield* failed("the process has not said what it found")
    if ("error" in answer.value) {
      const { code, message } = answer.value.error
      const error = Object.assign(new Error(message), { code })
      return yield* code?.startsWith("SQLITE_CORRUPT")
        ? new DatabaseDamaged({ dataDir, why: message })
        : failed(whyOf(error))
    }
    const { found } = answer.value
    if (found.join() !== "ok") return yield* new DatabaseDamaged({ dataDir, why: wordsOf(found) })
  })
