/**
 * Measures what a recording costs, and what its answers cost, beside what one would do by hand (by-hand.mjs), both in
 * turn over the same local exchange: `npm run bench -- [--markets 10000] [--slots 48] [--folder DIR] [--processor]`. It
 * prints a table with the goals of this project, and names those that are missed. The data stays in the folder if one is
 * named. With `--processor`, times are those of the processor, for a machine that does other work beside it.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { Effect } from "effect"
import { archivePath } from "../src/layers/files/data-dir.ts"
import { type Measured, median } from "./measure.ts"
import { atLeast, atMost, type Goal, type Line, report } from "./report.ts"
import { bytesOf, logFile, makeWorld, movement, numberIn, rowsIn, type World } from "./world.ts"

const { values } = parseArgs({
  options: {
    markets: { type: "string", default: "10000" },
    slots: { type: "string", default: "48" },
    processor: { type: "boolean", default: false },
    folder: { type: "string" }
  }
})

/** A count of at least `min`. Anything else ends the program, as wrong usage. */
const countOf = (name: "markets" | "slots", min: number): number => {
  const count = Number(values[name])
  if (Number.isInteger(count) && count >= min) return count
  console.error(`bench: --${name} ${values[name]}: must be an integer, at least ${min}`)
  process.exit(2)
}

const markets = countOf("markets", 100)
/** The first slot is not counted. */
const slots = countOf("slots", 2)

const folder = values.folder ?? mkdtempSync(join(tmpdir(), "kalshi-bench-"))
mkdirSync(folder, { recursive: true })
if (readdirSync(folder).length > 0) {
  console.error(`bench: --folder ${folder} must be empty`)
  process.exit(2)
}

const TURNS = 3
const DAY_MILLIS = 86_400_000

/** Runs both sides in turn, the other one first each time, so that a change of the machine's pace hits both. */
const inTurn = <A, B>(turn: number, ours: Effect.Effect<A>, byHand: Effect.Effect<B>) =>
  turn % 2 === 0
    ? Effect.all({ ours, byHand })
    : Effect.map(Effect.all({ byHand, ours }), (both) => ({ ours: both.ours, byHand: both.byHand }))

const timeOf = ({ processorSeconds, seconds }: Measured): number =>
  values.processor ? processorSeconds : seconds

const secondsOf = (all: ReadonlyArray<Measured>): number => median(all.map(timeOf))

const say = (words: string) => Effect.sync(() => process.stderr.write(`${words}\n`))

/** Records slots on both sides. The exchange composes its answers in the first, which is not counted. */
const record = (world: World, slots: number) =>
  Effect.gen(function* () {
    const { byHand, handFile, kalshi, nextSlot, url } = world
    const budget = ["--api-url", url, "--read-tokens-per-second", "1000000"]
    const [ours, hand]: [Array<Measured>, Array<Measured>] = [[], []]
    for (let slot = 0; slot < slots; slot++) {
      const time = yield* nextSlot
      const both = yield* inTurn(
        slot,
        kalshi("collect", "--once", "--feeds", "markets", ...budget),
        byHand("fetch", url, handFile, time)
      )
      if (slot > 0) {
        ours.push(both.ours)
        hand.push(both.byHand)
      }
      yield* say(
        `slot ${slot + 1} of ${slots}: kalshi ${timeOf(both.ours).toFixed(1)} s, by hand ${timeOf(both.byHand).toFixed(1)} s`
      )
    }
    const rows = numberIn(logFile(world), "SELECT count(*) FROM price_rows")
    const handRows = numberIn(handFile, "SELECT count(*) FROM price_snapshots")
    const lines: ReadonlyArray<Line> = [
      {
        what: "record a slot, quotes a second",
        unit: "/s",
        ours: rows / slots / secondsOf(ours),
        byHand: handRows / slots / secondsOf(hand)
      },
      {
        what: "peak memory of recording",
        unit: "MB",
        ours: Math.max(...ours.map(({ peakMegabytes }) => peakMegabytes)),
        byHand: Math.max(...hand.map(({ peakMegabytes }) => peakMegabytes))
      },
      {
        what: "hot quote, with its answer and its market",
        unit: "B",
        ours: bytesOf(logFile(world)) / rows,
        byHand: null
      },
      {
        what: "hot quote, the row alone",
        unit: "B",
        ours:
          numberIn(
            logFile(world),
            "SELECT sum(pgsize) FROM dbstat WHERE name IN ('price_rows', 'price_pages')"
          ) / rows,
        byHand: bytesOf(handFile) / handRows
      }
    ]
    return { rows, lines }
  })

const segmentBytes = (dataDir: string): number =>
  readdirSync(archivePath(dataDir), { encoding: "utf8", recursive: true })
    .filter((name) => name.endsWith(".parquet"))
    .reduce((sum, name) => sum + statSync(join(archivePath(dataDir), name)).size, 0)

/** Seals the log of the quotes, and then that of trades, so that each has segments of its own. */
const archive = (world: World, rows: number) =>
  Effect.gen(function* () {
    const seal = world.kalshi("log", "archive", "--older-than", "0s")
    const sealed = yield* seal
    const quoteBytes = segmentBytes(world.dataDir)
    yield* say("the log of the quotes is sealed")
    yield* world.kalshi(
      ...["collect", "--once", "--feeds", "trades", "--since", "2h"],
      ...["--api-url", world.url, "--read-tokens-per-second", "1000000"]
    )
    const trades = numberIn(logFile(world), "SELECT count(*) FROM trade_rows")
    yield* seal
    const lines: ReadonlyArray<Line> = [
      {
        what: "archived quote, to the last byte",
        unit: "B",
        goal: atMost(5),
        ours: quoteBytes / rows,
        byHand: null
      },
      {
        what: "sealing, quotes a second",
        unit: "/s",
        goal: atLeast(100_000),
        ours: rows / timeOf(sealed),
        byHand: null
      },
      { what: "peak memory of sealing", unit: "MB", ours: sealed.peakMegabytes, byHand: null },
      {
        what: `archived trade (${trades.toLocaleString("en")})`,
        unit: "B",
        goal: atMost(45),
        ours: (segmentBytes(world.dataDir) - quoteBytes) / trades,
        byHand: null
      }
    ]
    return { trades, lines }
  })

/** Two days later: the lake has files of whole days, and the tables are made anew from the archive. */
const lakeAndReplay = (world: World, rows: number) =>
  Effect.gen(function* () {
    yield* world.pass(2 * DAY_MILLIS)
    yield* world.kalshi("maintain", "--steps", "flush,compact")
    const bytesARow = numberIn(
      logFile(world),
      "SELECT sum(bytes) * 1.0 / sum(rows) FROM lake_files WHERE table_name = 'price_snapshots' AND retired_at IS NULL"
    )
    yield* say("the lake is written")
    const replayed = yield* world.kalshi("replay", "--workers", "2")
    yield* say("replayed")
    const lines: ReadonlyArray<Line> = [
      {
        what: "price row of the lake",
        unit: "B",
        goal: atMost(2),
        ours: bytesARow,
        byHand: null
      },
      {
        what: "replay from the archive, quotes a second",
        unit: "/s",
        goal: atLeast(100_000),
        ours: rows / timeOf(replayed),
        byHand: null
      }
    ]
    return lines
  })

const exported = (world: World, rows: number, folder: string) =>
  Effect.gen(function* () {
    const [ours, hand]: [Array<Measured>, Array<Measured>] = [[], []]
    for (let turn = 0; turn < TURNS; turn++) {
      const both = yield* inTurn(
        turn,
        world.kalshi(
          "export-parquet",
          "--tables",
          "price_snapshots",
          "--output",
          join(folder, `out-${turn}`)
        ),
        world.byHand("export", world.handFile, folder)
      )
      ours.push(both.ours)
      hand.push(both.byHand)
    }
    const line: Line = {
      what: "export to Parquet, rows a second",
      unit: "/s",
      ours: rows / secondsOf(ours),
      byHand: rows / secondsOf(hand)
    }
    return line
  })

const questions = (
  ticker: string
): ReadonlyArray<readonly [what: string, goal: Goal, ours: string, byHand: string]> => {
  const history = `SELECT snapshot_time, yes_bid, yes_ask FROM price_snapshots WHERE ticker = '${ticker}' ORDER BY 1`
  return [
    ["one market's history", atMost(0.2), history, history],
    [
      "last price of every market",
      atMost(1),
      "SELECT count(*), sum(p) FROM (SELECT arg_max(last_price, snapshot_time) AS p FROM price_snapshots GROUP BY ticker)",
      "SELECT count(*), sum(p) FROM (SELECT last_price AS p, max(snapshot_time) FROM price_snapshots GROUP BY ticker)"
    ],
    [
      "a count by day",
      atMost(2),
      "SELECT date_trunc('day', snapshot_time) AS day, count(*) FROM price_snapshots GROUP BY day ORDER BY day",
      "SELECT substr(snapshot_time, 1, 10) AS day, count(*) FROM price_snapshots GROUP BY day ORDER BY day"
    ]
  ]
}

/** Asks questions over the lake alone: the rows have left SQLite. */
const asked = (world: World) =>
  Effect.gen(function* () {
    yield* world.kalshi("maintain", "--steps", "flush,prune", "--keep-hot", "0s")
    const [first] = rowsIn<{ ticker: string }>(
      world.handFile,
      "SELECT min(ticker) AS ticker FROM price_snapshots"
    )
    return yield* Effect.forEach(questions(first?.ticker ?? ""), ([what, goal, ours, byHand]) =>
      Effect.gen(function* () {
        const [kept, hand]: [Array<Measured>, Array<Measured>] = [[], []]
        for (let turn = 0; turn < TURNS; turn++) {
          const both = yield* inTurn(
            turn,
            world.kalshi("query", ours),
            world.byHand("ask", world.handFile, byHand)
          )
          kept.push(both.ours)
          hand.push(both.byHand)
        }
        const line: Line = { what, unit: "s", goal, ours: secondsOf(kept), byHand: secondsOf(hand) }
        return line
      })
    )
  })

const bench = Effect.gen(function* () {
  const world = yield* makeWorld(folder, markets)
  const recorded = yield* record(world, slots)
  const sealed = yield* archive(world, recorded.rows)
  const replayed = yield* lakeAndReplay(world, recorded.rows)
  const lines = [
    ...recorded.lines,
    ...sealed.lines,
    ...replayed,
    yield* exported(world, recorded.rows, folder),
    ...(yield* asked(world))
  ]
  const sqlite = rowsIn<{ version: string }>(world.handFile, "SELECT sqlite_version() AS version")[0]?.version
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.versions.node}, SQLite ${sqlite}${values.processor ? "; seconds of the processor" : ""}`
  const data = `${recorded.rows.toLocaleString("en")} quotes: ${slots} slots of ${markets.toLocaleString("en")} markets; ${movement(world.handFile)}`
  process.stdout.write(`${report(lines)}\n${data}.\n${machine}.\n`)
}).pipe(Effect.scoped)

try {
  await Effect.runPromise(bench)
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true })
}
