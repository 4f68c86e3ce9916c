/** Real order books and trades keep every digit that was sent, if the folder with recordings exists. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { books } from "../../../src/domain/read/orderbooks/wire.ts"
import { Reading } from "../../../src/domain/read/reading.ts"
import { trades } from "../../../src/domain/read/trades/wire.ts"
import { toCents, toContracts } from "../../../src/domain/units/fixed.ts"
import { normaliseTime } from "../../../src/domain/units/time.ts"
import { observe } from "./observe.ts"

type Json = Readonly<Record<string, unknown>>

const folder = fileURLToPath(new URL("../../../../shared/recorded/", import.meta.url))
const here = existsSync(folder)
const starter = "The-Obstacle-Is-The-Way__kalshi-starter-code-python"

/** Each file with its number of YES and NO levels. */
const bookFiles: ReadonlyArray<readonly [file: string, yes: number, no: number]> = [
  [`${starter}/orderbook_response.json`, 0, 0],
  ["alck11__fairline/orderbook.json", 5, 5],
  ["_transcribed/orderbook_empty_new.json", 0, 0]
]

/** Each file with its number of trades. */
const tradeFiles: ReadonlyArray<readonly [file: string, trades: number]> = [
  [`${starter}/trades_list_response.json`, 5],
  ["_transcribed/trade_row_2026-09-26.json", 1],
  ["_transcribed/trades_empty_archived_ticker.json", 0]
]

/** The answer before its collector wrapped it, or took one row out of its list. */
const unwrapped = (file: string): Json => {
  const json = JSON.parse(readFileSync(`${folder}${file}`, "utf8")) as Json
  const body = (json.response ?? json) as Json
  return "trade_id" in body ? { trades: [body] } : body
}

describe.skipIf(!here)(
  `recorded order books and trades${here ? "" : ` (skipped: ${folder} is not there)`}`,
  () => {
    it.each(bookFiles)("%s", (file, yes, no) => {
      const body = unwrapped(file)
      const { items, problems } = new Reading(observe(body)).items(books)
      assert.deepStrictEqual(problems, [])
      const [book] = items
      assert.deepStrictEqual([items.length, book?.yes.length, book?.no.length], [1, yes, no])
      const sent = (body.orderbook_fp ?? body.orderbook) as Readonly<
        Record<string, ReadonlyArray<[string, string]> | null>
      >
      for (const side of ["yes", "no"] as const) {
        const digits = (sent[`${side}_dollars`] ?? []).map(([price, size]) => [Number(price), Number(size)])
        const read = book?.[side].map(({ price, size }) => [toCents(price) / 100, toContracts(size)])
        assert.deepStrictEqual(read, digits)
      }
    })

    it.each(tradeFiles)("%s", (file, count) => {
      const body = unwrapped(file)
      const { items, problems } = new Reading(observe(body)).items(trades)
      assert.deepStrictEqual(problems, [])
      assert.strictEqual(items.length, count)
      for (const [index, sent] of (body.trades as ReadonlyArray<Json>).entries()) {
        const trade = items[index]
        assert.strictEqual(trade?.tradeId, sent.trade_id)
        assert.strictEqual(trade?.ticker, sent.ticker)
        assert.strictEqual(trade?.createdTime, normaliseTime(sent.created_time as string))
        assert.strictEqual(((trade?.yesPrice ?? 0) / 1e6).toFixed(4), sent.yes_price_dollars)
        assert.strictEqual(((trade?.noPrice ?? 0) / 1e6).toFixed(4), sent.no_price_dollars)
        assert.strictEqual(toContracts(trade?.count ?? 0), Number(sent.count_fp ?? sent.count))
        assert.strictEqual(trade?.takerSide, sent.taker_side)
        assert.strictEqual(trade?.isBlockTrade, sent.is_block_trade)
      }
    })

    it("are tested in every file that has books or trades", () => {
      const holding = readdirSync(folder, { encoding: "utf8", recursive: true })
        .filter((file) => file.endsWith(".json"))
        .filter((file) =>
          /"(orderbook|orderbook_fp|trades|trade_id)":/.test(readFileSync(`${folder}${file}`, "utf8"))
        )
      assert.sameMembers(
        [...bookFiles, ...tradeFiles].map(([file]) => file),
        holding
      )
    })
  }
)
