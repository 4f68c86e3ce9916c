import * as FileSystem from "@effect/platform/FileSystem"
import { Clock, Console, Effect, Layer } from "effect"
import { StorageFailed, WrongUsage } from "../../domain/errors.ts"
import { NO_FILTERS } from "../../domain/reports/filters.ts"
import * as DuckExporter from "../../layers/duckdb/export/Exporter.ts"
import * as DuckAnalytics from "../../layers/duckdb/query/Analytics.ts"
import { exportsPath } from "../../layers/files/data-dir.ts"
import { makeDataDir } from "../../layers/files/data-dir-access.ts"
import { whyOf } from "../../layers/files/error-words.ts"
import { makeCalibrationReport } from "../../layers/reports/calibration/calibration.ts"
import { makeHistoryReport } from "../../layers/reports/history/history.ts"
import { Exporter } from "../../services/Exporter.ts"
import { Replay } from "../../services/Replay.ts"
import { reader } from "../cli/layers.ts"
import { quotedWord } from "../cli/shell.ts"
import type { Values } from "../definitions/demo.ts"
import { CALIBRATION } from "../demo/calibration.ts"
import { MARKETS, record } from "../demo/record.ts"
import { writePage } from "../report/deliver.ts"
import { count, plural, result } from "../terminal/output.ts"
import { rebuiltLines } from "../terminal/rebuilt.ts"
import { chartLines } from "../terminal/report/chart.ts"
import { terminalScreen } from "../terminal/screen.ts"
import { bold } from "../terminal/style.ts"

/** Says that a folder is a demo's own, and may be made anew. */
const MARKER = "kalshi-demo"

const INDENT = "  "
/** The width where stdout is not a terminal. */
const COLUMNS = 80

const freshFolder = (path: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    // This fails with a clear message if something at the path prevents a folder.
    yield* makeDataDir(path)
    if (!(yield* files.exists(`${path}/${MARKER}`)) && (yield* files.readDirectory(path)).length > 0) {
      return yield* new WrongUsage({
        why: `${path} holds something that is not a demo; choose another --data-dir`
      })
    }
    yield* files.remove(path, { recursive: true, force: true })
    yield* makeDataDir(path)
    yield* files.writeFileString(`${path}/${MARKER}`, "made by `kalshi demo`, which may remove this folder\n")
  }).pipe(
    Effect.catchTag("SystemError", (error) =>
      Effect.fail(new StorageFailed({ operation: `making ${path} anew`, why: whyOf(error), cause: error }))
    )
  )

export const run = ({ dataDir, hours, json }: Values) =>
  Effect.gen(function* () {
    const startedAt = yield* Clock.currentTimeMillis
    const say = (...lines: ReadonlyArray<string>) => {
      const text = lines.map((line) => (line === "" ? "" : INDENT + line)).join("\n")
      return json ? Console.error(text) : Console.log(text)
    }
    const head = (text: string, command?: string) =>
      (json ? Console.error : Console.log)(
        `\n${bold(text)}${command === undefined ? "" : `\n${INDENT}$ ${command}`}`
      )
    const terminal = terminalScreen()
    const screen = { ...terminal, width: (terminal.width ?? COLUMNS) - INDENT.length }
    const on = `--data-dir ${quotedWord(dataDir)}`
    yield* freshFolder(dataDir)

    yield* head(`Record ${plural(hours, "hour")} of a local exchange, without the waiting`)
    const slots = yield* record(dataDir, hours)
    yield* say(
      `${count(MARKETS)} open markets with their quotes, books, trades, candles and settlements:`,
      `${plural(slots, "slot")} recorded and projected`
    )

    const finished = yield* Effect.gen(function* () {
      yield* head(
        "Prove it: every table rebuilt from the raw answers, and compared",
        `npx kalshi replay --verify ${on}`
      )
      const replay = yield* Replay
      const verified = yield* replay.verify(() => Effect.void)
      yield* say(
        ...rebuiltLines(verified.tables),
        `${plural(verified.observations, "answer")} read again: every table is what the log says`
      )

      yield* head("Export it, for DuckDB, pandas, polars, R", `npx kalshi export-parquet ${on}`)
      const exporter = yield* Exporter
      const exported = yield* exporter.exportParquet({ output: exportsPath(dataDir) })
      yield* say(`${plural(exported.rows, "row")} in ${exported.path}`)

      yield* head("Look at the market that moved most", `npx kalshi chart ${on}`)
      const history = yield* makeHistoryReport({ ticker: undefined, filters: NO_FILTERS })
      yield* say("", ...chartLines(history, screen))

      const page = `${dataDir}/calibration.html`
      const command = `kalshi analyze calibration ${on} --horizon 1m --html ${quotedWord(page)}`
      yield* head("Ask it: do markets priced at 30 cents pay 30 cents?", `npx ${command}`)
      const calibration = yield* makeCalibrationReport(CALIBRATION)
      const [answer] = calibration.sections
      yield* say(
        "",
        ...chartLines({ ...calibration, sections: answer === undefined ? [] : [answer] }, screen)
      )
      yield* writePage(calibration, command, page)
      yield* say("", `With its bands, scores and methods, as a page: ${page}`)
      return { verified: verified.tables, exported, calibration: { page, markets: calibration.included } }
    }).pipe(
      Effect.provide(
        Layer.mergeAll(reader(dataDir), DuckExporter.layer({ dataDir }), DuckAnalytics.layer({ dataDir }))
      )
    )

    const elapsedMillis = (yield* Clock.currentTimeMillis) - startedAt
    if (json) yield* result(json, { dataDir, slots, elapsedMillis, ...finished }, [])
    yield* head(`Done in ${(elapsedMillis / 1000).toFixed(0)} s. Three to try on what was just recorded:`)
    yield* say(
      `$ npx kalshi status ${on}`,
      `$ npx kalshi log list --limit 5 ${on}`,
      `$ npx kalshi query ${on} "FROM latest_prices ORDER BY volume DESC LIMIT 10"`
    )
    yield* head("And the same with the live exchange, for as long as you let it run:")
    yield* say("$ npx kalshi collect --interval 15m")
  })
