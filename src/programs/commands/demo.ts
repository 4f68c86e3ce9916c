import * as FileSystem from "@effect/platform/FileSystem"
import { Clock, Console, Effect, Layer } from "effect"
import { WrongUsage } from "../../domain/errors.ts"
import { feeds } from "../../domain/feeds/all.ts"
import { exportsPath } from "../../layers/data-dir.ts"
import * as DuckAnalytics from "../../layers/duckdb/Analytics.ts"
import * as DuckExporter from "../../layers/duckdb/Exporter.ts"
import { formatTable } from "../../layers/duckdb/format.ts"
import { fastClock } from "../../layers/fast-clock.ts"
import { serve } from "../../layers/local-exchange/server.ts"
import { Analytics } from "../../services/Analytics.ts"
import { Collector } from "../../services/Collector.ts"
import { Exporter } from "../../services/Exporter.ts"
import { Replay } from "../../services/Replay.ts"
import { reader } from "../compose.ts"
import type { Values } from "../definitions/demo.ts"
import { recording } from "../recording.ts"
import { chart } from "../terminal/chart.ts"
import { count, plural, result } from "../terminal/output.ts"
import { withProgress } from "../terminal/progress.ts"

const MARKETS = 300
const HOUR_MILLIS = 3_600_000
const INTERVAL_SECONDS = 900
/** Fifteen minutes in a second and a half: five hours take 30. */
const SPEED = 600
/** The demo's clock must not make a slow answer of a second look like one of fifteen minutes. */
const PATIENCE = "1 day"
/** Says that a folder is a demo's own, and may be made anew. */
const MARKER = "kalshi-demo"

const CALIBRATION = `
  WITH priced AS (
    SELECT p.ticker, last(p.midpoint ORDER BY p.snapshot_time) AS midpoint
    FROM price_snapshots p WHERE p.midpoint IS NOT NULL GROUP BY p.ticker
  )
  SELECT
    floor(midpoint / 20) * 20 AS "priced from", floor(midpoint / 20) * 20 + 20 AS "to",
    count(*) AS markets, round(avg(midpoint), 1) AS "mean price, cents",
    round(avg(yes_payout), 1) AS "mean payout, cents", round(avg(((midpoint - yes_payout) / 100) ^ 2), 3) AS "Brier score"
  FROM priced JOIN settlements USING (ticker) GROUP BY 1, 2 ORDER BY 1`

const LIVELIEST = `
  SELECT ticker, title, list(coalesce(midpoint, last_price) ORDER BY snapshot_time) AS prices
  FROM price_snapshots JOIN markets USING (ticker) GROUP BY ALL
  HAVING count(*) > 4 ORDER BY count(DISTINCT midpoint) DESC, ticker LIMIT 1`

const say = (json: boolean, line: string) => (json ? Console.error(line) : Console.log(line))
const step = (json: boolean, command: string, about: string) =>
  say(json, `\n\u001b[1m$ ${command}\u001b[0m\n  ${about}`)

const freshFolder = (path: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const exists = yield* files.exists(path)
    if (
      exists &&
      !(yield* files.exists(`${path}/${MARKER}`)) &&
      (yield* files.readDirectory(path)).length > 0
    ) {
      return yield* new WrongUsage({
        why: `${path} holds something that is not a demo; choose another --data-dir`
      })
    }
    yield* files.remove(path, { recursive: true, force: true })
    yield* files.makeDirectory(path, { recursive: true })
    yield* files.writeFileString(`${path}/${MARKER}`, "made by `kalshi demo`, which may remove this folder\n")
  })

/** Records some hours of a local exchange, both on a clock that runs 900 times faster. */
const record = (dataDir: string, hours: number) =>
  Effect.gen(function* () {
    // From a minute past a full hour to a minute before another: no slot is being taken at the end.
    const startsAt = Math.floor((yield* Clock.currentTimeMillis) / HOUR_MILLIS - hours) * HOUR_MILLIS + 60_000
    const clock = yield* fastClock(startsAt, SPEED)
    const seconds = hours * 3600 - 120
    return yield* withProgress("recording", "simulated seconds", ({ at }) =>
      Effect.gen(function* () {
        const { url } = yield* serve({ markets: MARKETS, seed: 1, speed: 1, faults: [] })
        const taken: Array<string> = []
        const layers = recording({
          dataDir,
          program: "demo",
          apiUrl: url,
          readTokensPerSecond: 1_000_000,
          allowOtherExchange: false,
          http: { headersTimeout: PATIENCE, bodyTimeout: PATIENCE, silenceMax: PATIENCE }
        })
        yield* Effect.gen(function* () {
          const collector = yield* Collector
          const timed = feeds
            .filter(({ onDemand }) => onDemand !== true)
            .map((feed) => ({
              feed,
              interval: Math.max(feed.everySeconds, INTERVAL_SECONDS)
            }))
          const elapsed = (yield* Clock.currentTimeMillis) - startsAt
          yield* collector
            .run(timed, {
              onPage: () => Effect.void,
              onOutcome: ({ feed, slot, status }) =>
                Effect.sync(() => taken.push(`${feed} ${status}`)).pipe(
                  Effect.zipRight(at(Math.min(seconds, Math.round(slot - startsAt / 1000)), seconds))
                )
            })
            .pipe(
              Effect.timeoutTo({
                duration: Math.max(0, seconds * 1000 - elapsed),
                onSuccess: () => undefined,
                onTimeout: () => undefined
              })
            )
        }).pipe(Effect.provide(layers))
        return taken.filter((outcome) => outcome.endsWith("complete")).length
      }).pipe(Effect.scoped, Effect.withClock(clock))
    )
  })

export const run = ({ dataDir, hours, json }: Values) =>
  Effect.gen(function* () {
    const startedAt = yield* Clock.currentTimeMillis
    yield* freshFolder(dataDir)

    yield* step(
      json,
      `kalshi collect --interval 15m --data-dir ${dataDir}`,
      `a local exchange with ${MARKETS} open markets, ${plural(hours, "hour")} in ${(hours * 3600) / SPEED} seconds`
    )
    const slots = yield* record(dataDir, hours)
    yield* say(json, `  ${plural(slots, "slot")} recorded and projected`)

    const finished = yield* Effect.gen(function* () {
      yield* step(
        json,
        `kalshi replay --verify --data-dir ${dataDir}`,
        "every table rebuilt from the raw answers, and compared"
      )
      const replay = yield* Replay
      const verified = yield* replay.verify(() => Effect.void)
      for (const { rows, sha256, table } of verified.tables) {
        yield* say(
          json,
          `  ${table.padEnd(16)} ${count(rows).padStart(8)} rows  ${sha256.slice(0, 16)}  equal`
        )
      }

      yield* step(json, `kalshi export-parquet --data-dir ${dataDir}`, "for DuckDB, pandas, polars, R")
      const exporter = yield* Exporter
      const exported = yield* exporter.exportParquet({ output: exportsPath(dataDir) })
      yield* say(json, `  ${plural(exported.rows, "row")} in ${exported.path}`)

      yield* step(
        json,
        `kalshi query --data-dir ${dataDir} "SELECT … FROM price_snapshots JOIN settlements …"`,
        "calibration: do markets priced at 30 cents pay 30 cents?"
      )
      const analytics = yield* Analytics
      const calibration = yield* analytics.query({ sql: CALIBRATION })
      yield* say(json, formatTable(calibration, process.stdout.columns))
      const liveliest = yield* analytics.query({ sql: LIVELIEST })
      const [ticker, title, prices] = liveliest.rows[0] ?? []
      if (Array.isArray(prices)) {
        const known = prices.filter((price): price is number => typeof price === "number")
        yield* say(json, `\n  ${ticker}: ${title}\n  price of YES in cents, a point every 15 minutes\n`)
        yield* say(json, chart(known, 10))
      }
      return { verified: verified.tables, exported, calibration: calibration.rows }
    }).pipe(
      Effect.provide(
        Layer.mergeAll(reader(dataDir), DuckExporter.layer({ dataDir }), DuckAnalytics.layer({ dataDir }))
      )
    )

    const elapsedMillis = (yield* Clock.currentTimeMillis) - startedAt
    if (json) yield* result(json, { dataDir, slots, elapsedMillis, ...finished }, [])
    yield* say(
      json,
      `\nDone in ${(elapsedMillis / 1000).toFixed(0)} s. The same on the live exchange: \u001b[1mnpm run collect -- --interval 15m\u001b[0m`
    )
  })
