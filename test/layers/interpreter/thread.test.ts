/** The thread answers what the main thread would, and says the same of what is damaged. */
import { brotliCompressSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel } from "effect"
import type { SealedObservation } from "../../../src/domain/observation.ts"
import { projections } from "../../../src/domain/read/projections.ts"
import * as Inline from "../../../src/layers/interpreter/inline.ts"
import * as Thread from "../../../src/layers/interpreter/thread.ts"
import { type Interpreted, Interpreter } from "../../../src/services/Interpreter.ts"
import { observe } from "../../domain/read/observe.ts"
import { type Body, centsMarket, stringsMarket } from "../../domain/read/wire/bodies.ts"

const MARKETS = 250

const seal = (
  list: ReadonlyArray<Body>,
  seq: number,
  but: Partial<SealedObservation> = {}
): SealedObservation => {
  const { body, ...header } = observe({ markets: list, cursor: "next" }, { seq })
  return { ...header, encoding: "br", stored: brotliCompressSync(body), ...but }
}

const list = Array.from({ length: MARKETS }, (_, i) =>
  stringsMarket({ ticker: `T${i}`, title: `Ünder ${i}?`, status: i % 50 === 0 ? "finalized" : "active" })
)
const moved = list.map((market, i) => ({
  ...market,
  ...(i % 3 === 0 ? { yes_bid_dollars: "0.1234" } : {}),
  ...(i % 90 === 7 ? { title: "another" } : {})
}))

const names = projections.map(({ name }) => name)

/** All that an answer holds, with its rows at hand. */
const opened = ({ tables, ...rest }: Interpreted) => ({
  ...rest,
  tables: tables.map((table) =>
    table.kind === "facts"
      ? { ...table, cells: [...table.cells] }
      : { ...table, rowAt: undefined, rows: Array.from({ length: table.count }, (_, i) => table.rowAt(i)) }
  )
})

/** Rows that have crossed are made anew whenever their parcel is opened. */
const hasCrossed = ({ tables }: Interpreted): boolean => {
  const rows = tables.find((table) => table.kind === "entities")
  const first = rows?.rowAt(0)
  rows?.rowAt(MARKETS - 1)
  return first !== rows?.rowAt(0)
}

const ask = (observation: SealedObservation, session: string | undefined) =>
  Effect.flatMap(Interpreter, ({ interpret }) => interpret({ observation, projections: names, session }))

/** Much is to come: what is asked from now on is asked of the thread. */
const expecting = Effect.flatMap(Interpreter, ({ expect }) => expect(1_000_000_000))

const questions = [
  seal(list, 1),
  seal(moved, 2),
  seal([...moved].reverse(), 3),
  seal([centsMarket({ ticker: "OLD" }), { ticker: 5 }, ...list], 4)
]

const series = Effect.forEach(questions, (observation) => ask(observation, "a session")).pipe(
  Effect.map((answers) => answers.map(opened))
)

describe("a thread that interprets", () => {
  it.live("answers as the thread that asks would, with what it remembers and without", () =>
    Effect.gen(function* () {
      const [crossed, own] = yield* Effect.all([
        Effect.zipRight(expecting, series).pipe(Effect.provide(Thread.layer)),
        series.pipe(Effect.provide(Inline.layer(projections)))
      ])
      assert.deepStrictEqual(crossed, own)
      const rows = crossed.map(({ tables }) => tables.find(({ table }) => table === "market_rows"))
      const said = rows.map((table) =>
        table !== undefined && "rows" in table ? table.rows.filter((row) => row !== null).length : 0
      )
      assert.deepStrictEqual(said, [MARKETS, 3, 0, 4], "terms that are new")
    })
  )

  it.live("names an observation whose body is not the one that was received, and goes on", () =>
    Effect.gen(function* () {
      yield* expecting
      assert.isTrue(hasCrossed(yield* ask(seal(list, 7), undefined)))
      const wrong = yield* Effect.flip(ask(seal(list, 8, { bodySha256: "0" }), undefined))
      const torn = yield* Effect.flip(ask(seal(list, 9, { stored: new Uint8Array([1, 2, 3]) }), undefined))
      assert.deepInclude(wrong, { _tag: "LogDamaged", seq: 8 })
      assert.deepInclude(torn, { _tag: "LogDamaged", seq: 9 })
      assert.strictEqual((yield* ask(seal(list, 10), undefined)).seq, 10)
    }).pipe(Effect.provide(Thread.layer))
  )

  it.live("is not waited for in vain: the one who asks does its work if it cannot start", () =>
    Effect.gen(function* () {
      yield* expecting
      const answer = yield* ask(seal(list, 1), undefined)
      assert.strictEqual(answer.seq, 1)
      assert.isFalse(hasCrossed(answer))
    }).pipe(
      Effect.provide(Thread.layerFrom(new URL("./none.mjs", import.meta.url))),
      Logger.withMinimumLogLevel(LogLevel.None)
    )
  )

  it.live.each(["dying", "failing"])("that is %s at what it is asked leaves it to the one who asks", (boot) =>
    Effect.gen(function* () {
      const warnings: Array<unknown> = []
      const keep = Logger.make(({ message }) => warnings.push(message))
      const [there, here] = yield* Effect.all([
        Effect.zipRight(expecting, series).pipe(
          Effect.provide(Thread.layerFrom(new URL(`./${boot}.mjs`, import.meta.url))),
          Effect.provide(Logger.replace(Logger.defaultLogger, keep))
        ),
        series.pipe(Effect.provide(Inline.layer(projections)))
      ])
      assert.deepStrictEqual(there, here)
      assert.lengthOf(warnings, boot === "dying" ? 1 : 0)
      if (boot === "dying") assert.match(String(warnings[0]), /ended with code 9.*going on without it/)
    })
  )

  it.live("is not started where little is asked", () =>
    Effect.gen(function* () {
      yield* Effect.flatMap(Interpreter, ({ expect }) => expect(1))
      assert.isFalse(hasCrossed(yield* ask(seal(list, 1), undefined)))
    }).pipe(Effect.provide(Thread.layer))
  )
})
