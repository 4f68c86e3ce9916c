/**
 * Data that only the historical tier has: a walk that begins there says so, and the command that it names fills the
 * gap.
 */
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { slotText } from "../../src/domain/units/time.ts"
import { settledIn } from "../../src/simulator/universe/lookup.ts"
import { it } from "../clock/noon.ts"
import { exchange, NOON } from "../simulator/support.ts"
import { folder, run } from "./run.ts"

/** The local exchange keeps a day or two in the live tier, and five more days in its historical tier. */
const FROM = NOON / 1000 - 4 * 24 * 60 * 60

const listed = (dataDir: string, sql: string): ReadonlyArray<string> => {
  const database = new Sqlite(join(dataDir, "kalshi.db"), { readonly: true })
  try {
    return database.prepare<[], string>(sql).pluck().all()
  } finally {
    database.close()
  }
}

const TRADES = "SELECT trade_id FROM trades ORDER BY 1"
const SETTLED = `SELECT ticker FROM settlements WHERE settled_at >= '${slotText(FROM).slice(0, 19)}' ORDER BY 1`

describe("collect --since beyond the live tier", () => {
  it.scopedLive(
    "names the backfill that fills the gap, in its outcome and in the status; afterwards nothing is missing",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange({ markets: 40 })
        const dataDir = yield* folder
        const on = ["--data-dir", dataDir, "--api-url", x.url, "--read-tokens-per-second", "10000"]
        const feeds = ["trades", "settlements"]
        const once = ["--once", "--feeds", feeds.join(","), "--since", slotText(FROM)]
        const collected = yield* run("collect", [...on, ...once])
        assert.strictEqual(collected.code, 0, collected.stderr)
        const truth = {
          trades: x.universe.tradesBetween(FROM * 1000, NOON).map(({ trade_id }) => trade_id),
          settled: settledIn(
            x.universe.series.flatMap(({ lanes }) => lanes),
            FROM * 1_000_000,
            NOON * 1000
          ).flatMap(({ combo, ticker }) => (combo ? [] : [ticker]))
        }
        assert.isBelow(listed(dataDir, TRADES).length, truth.trades.length)
        assert.isBelow(listed(dataDir, SETTLED).length, truth.settled.length)

        const status = yield* run("status", ["--data-dir", dataDir])
        const commands = feeds.map((feed) => {
          const words = new RegExp(
            `${feed}: complete, .* only the historical tier has: kalshi (backfill .*)\\)`
          )
          const command = words.exec(collected.stdout)?.[1] ?? assert.fail(collected.stdout)
          assert.include(status.stdout, command, "whole, to be copied")
          assert.match(status.stdout, new RegExp(`^  ${feed}: 1 with a warning`, "m"))
          return command.split(" ").slice(1)
        })
        for (const command of commands) {
          const filled = yield* run("backfill", [...on, ...command])
          assert.strictEqual(filled.code, 0, filled.stderr)
        }
        assert.deepStrictEqual(listed(dataDir, TRADES), [...truth.trades].sort())
        assert.deepStrictEqual(listed(dataDir, SETTLED), [...truth.settled].sort())

        // The next walk is a scheduled one again, and has no gap to report.
        const next = yield* run("collect", [...on, ...once])
        assert.notInclude(next.stdout, "historical tier")
        const still = yield* run("status", ["--data-dir", dataDir])
        assert.match(
          still.stdout,
          /trades: 1 with a warning\n {4}1 slot with a warning [\s\S]* only\s+the\s+historical\s+tier\s+has/
        )
      }),
    300_000
  )
})
