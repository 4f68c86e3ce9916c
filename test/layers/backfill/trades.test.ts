/**
 * The tape, walked slot after slot while trades arrive at its head, and interrupted at every page in turn.
 */
import { assert, describe } from "@effect/vitest"
import { Effect, Fiber, Layer, Ref } from "effect"
import { trades } from "../../../src/domain/ask/feeds/trades.ts"
import { slotText } from "../../../src/domain/units/time.ts"
import * as RecorderLive from "../../../src/layers/recorder/Recorder.ts"
import * as SqliteMarketSets from "../../../src/layers/sqlite/MarketSets.ts"
import * as SqliteRuns from "../../../src/layers/sqlite/records/CollectionRuns.ts"
import { CollectionRuns } from "../../../src/services/CollectionRuns.ts"
import { Recorder } from "../../../src/services/Recorder.ts"
import { it } from "../../clock/noon.ts"
import { exchange, NOON } from "../../simulator/support.ts"
import { catchUp, rowsOf, tablesIn } from "../projector/support.ts"
import { scopedFolder, verifyAll } from "../sqlite/support.ts"
import { type Gate, gated } from "./support.ts"

const PAGE = 60

describe("the walk along the tape", () => {
  it.scopedLive(
    "ends with every trade once, although it is interrupted at each page in turn and new trades arrive",
    () =>
      Effect.gen(function* () {
        // A minute of the exchange passes in a second: about ten trades arrive while a page is read.
        const x = yield* exchange({ markets: 60, speed: 60 })
        const folder = yield* scopedFolder
        const stopAt = yield* Ref.make(Number.POSITIVE_INFINITY)
        const asked = yield* Ref.make(0)
        const gate: Gate = () =>
          Effect.gen(function* () {
            const nth = yield* Ref.updateAndGet(asked, (n) => n + 1)
            if (nth > (yield* Ref.get(stopAt))) yield* Effect.never
          })
        const since = NOON / 1000 - 100 * 60

        yield* Effect.gen(function* () {
          const [recorder, runs] = [yield* Recorder, yield* CollectionRuns]
          /** A slot that may come as far as a given page. */
          const slot = (pages: number) =>
            Effect.gen(function* () {
              // Two simulated seconds, so that no slot is taken twice.
              yield* Effect.sleep("34 millis")
              const at = Math.floor((yield* x.now) / 1000)
              yield* Ref.set(asked, 0)
              yield* Ref.set(stopAt, pages)
              const taking = yield* Effect.fork(
                recorder.run({ feed: trades, slot: at, interval: null, since })
              )
              const stopped = Effect.repeat(Effect.delay(Ref.get(asked), "5 millis"), {
                until: (n) => n > pages
              })
              const ended = yield* Effect.raceFirst(
                Effect.as(stopped, "stopped" as const),
                Effect.as(Fiber.await(taking), "ended" as const)
              )
              if (ended === "ended") {
                const { reason, status } = yield* Fiber.join(taking)
                assert.strictEqual(status, "complete", reason ?? "")
              }
              yield* Fiber.interrupt(taking)
              return { at, ended }
            })
          const watermark = Effect.map(runs.lastComplete("trades"), (run) =>
            run._tag === "Some" ? run.value.watermark : undefined
          )

          let complete: { readonly at: number; readonly ended: string } | undefined
          for (let pages = 0; complete === undefined && pages < 40; pages++) {
            const before = yield* watermark
            const { at, ended } = yield* slot(pages)
            if (ended === "ended") complete = { at, ended }
            else assert.strictEqual(yield* watermark, before, `cut short after ${pages} pages`)
          }
          assert.strictEqual(yield* watermark, complete?.at)
          const walks = rowsOf(folder, "SELECT status, pages FROM collection_runs ORDER BY slot")
          assert.isAbove(walks.length, 8, "a walk of several pages")
          assert.deepStrictEqual(
            walks.map(({ status }) => status),
            walks.map((_, n) => (n === walks.length - 1 ? "complete" : "failed"))
          )
          // Another round of interruptions, now from a watermark, and a last complete walk.
          for (const pages of [0, 1, 2]) yield* slot(pages)
          const last = yield* slot(Number.POSITIVE_INFINITY)
          assert.strictEqual(yield* watermark, last.at)
          yield* catchUp()
          yield* verifyAll

          const truth = x.universe.tradesBetween(since * 1000, last.at * 1000)
          const got = rowsOf(
            folder,
            `SELECT trade_id FROM trades WHERE created_time < '${slotText(last.at).slice(0, 19)}' ORDER BY trade_id`
          )
          assert.isAbove(truth.length, 400)
          assert.deepStrictEqual(
            got.map(({ trade_id }) => trade_id),
            truth.map(({ trade_id }) => trade_id).sort()
          )
        }).pipe(
          Effect.provide(
            RecorderLive.layer.pipe(
              Layer.provide(Layer.merge(gated(x.url, gate, PAGE, Effect.void), SqliteMarketSets.layer)),
              Layer.provideMerge(SqliteRuns.layer),
              Layer.provideMerge(tablesIn(folder))
            )
          )
        )
      }),
    300_000
  )
})
