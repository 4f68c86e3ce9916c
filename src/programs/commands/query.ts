import { readFile } from "node:fs/promises"
import { text } from "node:stream/consumers"
import { Effect, Layer } from "effect"
import { StorageFailed, WrongUsage } from "../../domain/errors.ts"
import { timeText } from "../../domain/units/time.ts"
import { nowSeconds } from "../../layers/clock/now.ts"
import * as DuckAnalytics from "../../layers/duckdb/query/Analytics.ts"
import { whyOf } from "../../layers/files/error-words.ts"
import type { QueryParameters } from "../../services/Analytics.ts"
import { reader } from "../cli/layers.ts"
import { pastOf } from "../cli/moments.ts"
import { warnIfOutdated } from "../cli/prepare.ts"
import type { Values } from "../definitions/query.ts"
import { deliver } from "../terminal/deliver.ts"
import { type Format, formatOf } from "../terminal/formats/names.ts"

const readSql = (what: string, read: () => Promise<string>): Effect.Effect<string, StorageFailed> =>
  Effect.tryPromise({
    try: read,
    catch: (error) => new StorageFailed({ operation: `reading ${what}`, why: whyOf(error), cause: error })
  })

/** Reads the SQL from the command line, from a file, or from stdin. */
const sqlFrom = (
  argument: string | undefined,
  file: string | undefined
): Effect.Effect<string, StorageFailed | WrongUsage> => {
  if (file !== undefined)
    return argument === undefined
      ? readSql(file, () => readFile(file, "utf8"))
      : new WrongUsage({
          why: "the SQL is given twice, as an argument and with -f, which names a file of SQL (--format says how rows are written)"
        })
  if (argument !== undefined && argument !== "-") return Effect.succeed(argument)
  return process.stdin.isTTY === true
    ? new WrongUsage({
        why: 'there is no SQL. Give it as an argument, such as kalshi query "SHOW TABLES", with -f FILE, or through a pipe'
      })
    : readSql("the SQL from the pipe", () => text(process.stdin))
}

/** Tells whether a person can type statements and see their answers. */
const isInteractive = (
  { file, json, output }: Values,
  argument: string | undefined,
  format: Format
): boolean =>
  argument === undefined &&
  file === undefined &&
  output === undefined &&
  !json &&
  format !== "parquet" &&
  process.stdin.isTTY === true &&
  process.stdout.isTTY === true

const parametersFrom = (given: Values["param"]): Effect.Effect<QueryParameters, WrongUsage> => {
  const names = given.map(([name]) => name.toLowerCase())
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  return twice === undefined
    ? Effect.succeed(Object.fromEntries(given))
    : new WrongUsage({ why: `--param ${twice} is given twice` })
}

const formatFrom = ({ format, json, output }: Values): Effect.Effect<Format, WrongUsage> => {
  if (json)
    return format === undefined || format === "json"
      ? Effect.succeed("json")
      : new WrongUsage({ why: `--json and --format ${format} are two formats: leave out one` })
  return Effect.succeed(format ?? (output === undefined ? undefined : formatOf(output)) ?? "table")
}

export const run = (values: Values, argument: string | undefined) =>
  Effect.gen(function* () {
    const { dataDir, file, memory, output, rows, tempLimit, timeout } = values
    const limits = { timeoutSeconds: timeout, memoryBytes: memory, spillBytes: tempLimit }
    const shown = rows === undefined ? {} : { rowsMax: rows }
    const format = yield* formatFrom(values)
    const parameters = yield* parametersFrom(values.param)
    const at = yield* pastOf("--as-of", values.asOf, yield* nowSeconds)
    const asOf = at === undefined ? {} : { asOf: timeText(at) }
    if (isInteractive(values, argument, format)) {
      yield* warnIfOutdated
      const { prompt } = yield* Effect.promise(() => import("../terminal/prompt/prompt.ts"))
      return yield* prompt(dataDir, { limits, parameters, format, ...asOf, ...shown })
    }
    const sql = yield* sqlFrom(argument, file)
    yield* warnIfOutdated
    yield* deliver(
      { sql, parameters, limits, ...asOf },
      { format, ...(output === undefined ? {} : { output }), ...shown }
    )
  }).pipe(
    Effect.provide(Layer.merge(reader(values.dataDir), DuckAnalytics.layer({ dataDir: values.dataDir })))
  )
