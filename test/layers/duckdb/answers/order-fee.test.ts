/** The fee of an order in SQL and in TypeScript, against the exchange's examples and against each other. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc, Option } from "effect"
import { orderFee as macro } from "../../../../src/domain/answers/order-fee.ts"
import { CENT, type FeeOrder, orderFee, RATE_UNIT, rateOf } from "../../../../src/domain/fee.ts"
import { createSql } from "../../../../src/layers/duckdb/answers.ts"
import { readAll, scopedReader } from "../support.ts"

const taker = Option.getOrThrow(rateOf("quadratic", 1, "taker"))

/** Rate, cents, contracts and unit of the balance in dollars; then the dollars that the exchange or its schedule names. */
const examples: ReadonlyArray<readonly [number, number, number, number, number]> = [
  // docs.kalshi.com, getting_started/fee_rounding as of 2026-09: -$0.058639 becomes -$0.06, and -$0.0587.
  [0.07, 5.5, 1, 0.01, 0.005],
  [0.07, 5.5, 1, 0.0001, 0.0037],
  // The fee schedule: 100 contracts at 50 cents cost $1.75, one costs $0.02; makers pay $0.44 for 100.
  [0.07, 50, 100, 0.01, 1.75],
  [0.07, 50, 1, 0.01, 0.02],
  [0.0175, 50, 100, 0.01, 0.44],
  // One contract at a cent pays a whole cent, and 1000 pay $0.70, not $10.
  [0.07, 1, 1, 0.01, 0.01],
  [0.07, 1, 1000, 0.01, 0.7],
  // Three fills of 0.3 contracts at 50 cents: $0.0159 and a rest of the balance, -$0.4658 becomes -$0.47.
  [0.07, 50, 0.9, 0.01, 0.02],
  // Without a fee, the balance is rounded all the same.
  [0, 33.33, 3.33, 0.01, 0.000111],
  [0.07, 0, 5, 0.01, 0],
  [0.07, 100, 5, 0.01, 0]
]

const millionths = (value: number) => Math.round(value * 1_000_000)

const order = fc.record({
  rate: fc.integer({ min: 0, max: 20_000_000 }),
  price: fc.integer({ min: 0, max: 10_000 }).map((of) => of * 100),
  count: fc.integer({ min: 0, max: 200_000_000 }).map((hundredths) => hundredths * 10_000),
  balanceUnit: fc.constantFrom(CENT, 100, 1)
})

const sqlOf = (orders: ReadonlyArray<FeeOrder>): string =>
  `SELECT order_fee(rate / ${RATE_UNIT}, price * 0.0001, count * 0.000001, balance_unit := unit * 0.000001)
   FROM (VALUES ${orders
     .map(
       ({ balanceUnit, count, price, rate }, n) =>
         `(${n}, ${rate}, ${price}, ${count}::BIGINT, ${balanceUnit})`
     )
     .join(", ")}) orders(n, rate, price, count, unit) ORDER BY n`

const reader = Effect.gen(function* () {
  const connection = yield* scopedReader
  yield* Effect.promise(() => connection.run(createSql(macro, "main")))
  return connection
})

describe("the fee of an order", () => {
  it("is what the exchange's examples say", () => {
    for (const [rate, cents, contracts, unit, dollars] of examples)
      assert.strictEqual(
        orderFee({
          rate: Math.round(rate * RATE_UNIT),
          price: Math.round(cents * 10_000),
          count: millionths(contracts),
          balanceUnit: millionths(unit)
        }),
        millionths(dollars),
        `${contracts} at ${cents}`
      )
  })

  it.scoped("is the same in SQL", () =>
    Effect.gen(function* () {
      const connection = yield* reader
      const rows = yield* readAll(
        connection,
        examples
          .map(
            ([rate, cents, contracts, unit]) =>
              `SELECT order_fee(${rate}, ${cents}, ${contracts}, balance_unit := ${unit})`
          )
          .join(" UNION ALL ")
      )
      assert.deepStrictEqual(
        rows.map(([fee]) => Number(fee)),
        examples.map(([, , , , dollars]) => dollars)
      )
      const orders = fc.sample(order, { numRuns: 2000, seed: 41 })
      const fees = yield* readAll(connection, sqlOf(orders))
      assert.deepStrictEqual(
        fees.map(([fee]) => millionths(Number(fee))),
        orders.map(orderFee)
      )
      assert.deepStrictEqual(yield* readAll(connection, "SELECT order_fee(NULL, 50, 1)"), [[null]])
    })
  )

  it.effect("is refused in SQL for a price that no contract has", () =>
    Effect.gen(function* () {
      const connection = yield* reader
      const why = yield* Effect.flip(
        Effect.tryPromise({
          try: () => connection.run("SELECT order_fee(0.07, 101, 1)"),
          catch: (error) => String(error)
        })
      )
      assert.match(why, /a price is 0 to 100 cents, not 101/)
    }).pipe(Effect.scoped)
  )
})

describe("the rate of a fee", () => {
  it("is that of takers times the multiplier, of makers a share that the type names", () => {
    assert.strictEqual(taker, 7_000_000)
    const maker = (type: string, multiplier = 1) => Option.getOrUndefined(rateOf(type, multiplier, "maker"))
    assert.strictEqual(maker("quadratic"), 0)
    assert.strictEqual(maker("quadratic_with_maker_fees"), 1_750_000)
    assert.strictEqual(maker("quadratic_with_combo_maker_fees", 0.5), 1_750_000)
  })

  it("is unknown for a type whose table the exchange does not send", () => {
    assert.isTrue(Option.isNone(rateOf("flat", 1, "taker")))
    assert.isTrue(Option.isNone(rateOf("toString", 1, "maker")))
  })
})
