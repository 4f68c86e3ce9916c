/** A period of candles that is requested later than the others has no gap at its beginning. */
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { slotSeconds } from "../../src/domain/units/time.ts"
import { it } from "../clock/noon.ts"
import { exchange } from "../simulator/support.ts"
import { folder, run } from "./run.ts"

const DAY = 24 * 60 * 60

interface Asked {
  readonly slot: string
  readonly request: string
}

/** The start of the earliest requested candle, in seconds before the slot. */
const firstAsked = (dataDir: string, feed: string): ReadonlyArray<number> => {
  const database = new Sqlite(join(dataDir, "kalshi.db"), { readonly: true })
  try {
    const asked = database
      .prepare<[string], Asked>(
        "SELECT slot, request FROM observations WHERE feed = ? AND endpoint = 'GET /markets/candlesticks'"
      )
      .all(feed)
    const slots = [...new Set(asked.map(({ slot }) => slot))].sort()
    return slots.map((slot) => {
      const starts = asked.flatMap((one) =>
        one.slot === slot ? [Number(new URLSearchParams(one.request.split("?")[1]).get("start_ts"))] : []
      )
      return slotSeconds(slot) - Math.min(...starts)
    })
  } finally {
    database.close()
  }
}

describe("collect --candles", () => {
  it.scopedLive(
    "starts a day back for a new period, while the others continue from their own watermarks",
    () =>
      Effect.gen(function* () {
        const x = yield* exchange({ markets: 40, speed: 1 })
        const dataDir = yield* folder
        const on = ["--data-dir", dataDir, "--api-url", x.url, "--read-tokens-per-second", "10000", "--once"]
        const first = yield* run("collect", [...on, "--feeds", "markets,candlesticks"])
        assert.strictEqual(first.code, 0, first.stderr)
        const then = yield* run("collect", [
          ...on,
          ...["--feeds", "markets,candlesticks", "--candles", "60,1"]
        ])
        assert.strictEqual(then.code, 0, then.stderr)
        assert.match(then.stdout, /candlesticks-1: complete/)

        const [newPeriod, ...none] = firstAsked(dataDir, "candlesticks-1")
        assert.deepStrictEqual(none, [])
        assert.isAtLeast(newPeriod ?? 0, DAY)
        const [hours = 0, again = DAY] = firstAsked(dataDir, "candlesticks")
        assert.isAtLeast(hours, DAY)
        assert.isAtMost(again, 2 * 60 * 60)
      }),
    300_000
  )
})
