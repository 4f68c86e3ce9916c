/**
 * The world of a benchmark: a local exchange in this process, whose time is set forward from slot to slot, a recording
 * by the built `kalshi`, and beside it one made by hand.
 */
import { statSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import Sqlite from "better-sqlite3"
import { Clock, Effect } from "effect"
import { slotText } from "../src/domain/units/time.ts"
import { type SimulatedClock, simulatedClock } from "../src/layers/clock/simulated-clock.ts"
import { databasePath } from "../src/layers/files/data-dir.ts"
import { serve } from "../src/simulator/http/server.ts"
import { clockEnvironment } from "../test/clock/child-clock.ts"
import { KALSHI, type Measured, measure } from "./measure.ts"

const BY_HAND = fileURLToPath(new URL("by-hand.mjs", import.meta.url))

/** A Sunday noon, UTC. */
const STARTS_AT = Date.UTC(2026, 10, 22, 12)

const SLOT_MILLIS = 900_000

export interface World {
  readonly dataDir: string
  readonly handFile: string
  readonly url: string
  readonly pass: (millis: number) => Effect.Effect<void>
  /** Sets the clock to the next slot of 15 minutes, and returns its time. */
  readonly nextSlot: Effect.Effect<string>
  readonly kalshi: (...args: ReadonlyArray<string>) => Effect.Effect<Measured>
  readonly byHand: (...args: ReadonlyArray<string>) => Effect.Effect<Measured>
}

const worldOf = (folder: string, url: string, { clock, setTo }: SimulatedClock): World => {
  const dataDir = join(folder, "data")
  /** A process at the time of the simulated clock. */
  const child = (script: string, args: ReadonlyArray<string>) =>
    Effect.flatMap(clockEnvironment(), (environment) =>
      Effect.promise(() => measure(script, args, { ...process.env, ...environment }))
    ).pipe(Effect.withClock(clock))
  let slot = STARTS_AT
  return {
    dataDir,
    handFile: join(folder, "by-hand.db"),
    url,
    pass: (millis) =>
      Effect.flatMap(Effect.withClock(Clock.currentTimeMillis, clock), (now) => setTo(now + millis)),
    nextSlot: Effect.suspend(() => {
      slot += SLOT_MILLIS
      return Effect.as(setTo(slot), slotText(slot / 1000))
    }),
    kalshi: (...args) => child(KALSHI, [...args, "--data-dir", dataDir, "--json"]),
    byHand: (...args) => child(BY_HAND, args)
  }
}

export const makeWorld = (folder: string, markets: number) =>
  Effect.gen(function* () {
    const simulated = yield* simulatedClock(STARTS_AT)
    const { url } = yield* serve({ markets, seed: 7, speed: 1, faults: [] }).pipe(
      Effect.withClock(simulated.clock)
    )
    return worldOf(folder, url, simulated)
  })

/** The rows of a query over a closed database. */
export const rowsIn = <Row>(file: string, sql: string): ReadonlyArray<Row> => {
  const database = new Sqlite(file, { readonly: true })
  try {
    return database.prepare<[], Row>(sql).all()
  } finally {
    database.close()
  }
}

/** The one number that a query returns. */
export const numberIn = (file: string, sql: string): number =>
  Number(Object.values(rowsIn<object>(file, sql)[0] ?? {})[0] ?? Number.NaN)

/** The bytes of a closed database. Its write-ahead log is empty then. */
export const bytesOf = (file: string): number => statSync(file).size

export const logFile = ({ dataDir }: World): string => databasePath(dataDir)

/** The share of quotes that differ from the market's quote before, and that of quotes that are the market's first. */
export const movement = (file: string): string => {
  const [found] = rowsIn<{ born: number; moved: number }>(
    file,
    `WITH quotes AS (
       SELECT rank() OVER slots AS slot,
         (yes_bid, yes_ask, last_price, volume, yes_bid_size, yes_ask_size) IS NOT
           (lag(yes_bid) OVER market, lag(yes_ask) OVER market, lag(last_price) OVER market,
            lag(volume) OVER market, lag(yes_bid_size) OVER market, lag(yes_ask_size) OVER market) AS moved,
         lag(ticker) OVER market IS NULL AS born
       FROM price_snapshots
       WINDOW slots AS (ORDER BY snapshot_time), market AS (PARTITION BY ticker ORDER BY snapshot_time)
     )
     SELECT avg(moved AND NOT born) AS moved, avg(born) AS born FROM quotes WHERE slot > 1`
  )
  const percent = (share = Number.NaN) => `${(share * 100).toFixed(1)} %`
  return `${percent(found?.moved)} of the quotes moved from one slot to the next, ${percent(found?.born)} were those of new markets`
}
