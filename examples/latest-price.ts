/** Prints the latest quote of a market: `npx tsx examples/latest-price.ts TICKER [DATA_DIR]`. */
import { Console, Effect, Option } from "effect"
import { dataDirectory, PriceRepository } from "kalshi-tape"

const [ticker = "", path = "data"] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const prices = yield* PriceRepository
  const latest = yield* prices.latest(ticker)
  yield* Option.match(latest, {
    onNone: () => Console.log(`no price of ${ticker} is recorded`),
    onSome: ({ lastPrice, observedAt, yesAsk, yesBid }) =>
      Console.log(`${ticker}: bid ${yesBid}, ask ${yesAsk}, last ${lastPrice} cents at ${observedAt.iso}`)
  })
})

Effect.runPromise(Effect.provide(program, dataDirectory(path)))
