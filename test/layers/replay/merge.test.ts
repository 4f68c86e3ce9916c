/** The tables of a log do not depend on how it is cut into ranges: merged, they are those of the whole log. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, FastCheck as fc } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import { projections } from "../../../src/domain/read/projections.ts"
import { isoMicros } from "../../../src/domain/units/time.ts"
import { databasePath } from "../../../src/layers/files/data-dir.ts"
import { mergeAll } from "../../../src/layers/replay/merge.ts"
import type { SeqRange } from "../../../src/layers/replay/range.ts"
import { buildRange } from "../../../src/layers/replay/range-database.ts"
import { Database, make } from "../../../src/layers/sqlite/database/Database.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { stringsTrade } from "../../domain/read/wire/tape-bodies.ts"
import { hostile } from "../projector/hostile.ts"
import { observations } from "../projector/observations.ts"
import { answer, appendAll, logIn, SLOT, scopedFolder } from "../sqlite/support.ts"

/** Every table of a file with its definition and its rows, in the order of its own key. */
const contents = (path: string): Readonly<Record<string, unknown>> => {
  const database = new Sqlite(path, { readonly: true })
  try {
    const tables = database
      .prepare<[], { name: string; sql: string }>(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name"
      )
      .all()
    return Object.fromEntries(
      tables.map(({ name, sql }) => [
        name,
        {
          sql,
          rows: database
            .prepare(`SELECT * FROM ${name}`)
            .raw()
            .all()
            .map((row) => JSON.stringify(row))
            .sort()
        }
      ])
    )
  } finally {
    database.close()
  }
}

const names = projections.map(({ name }) => name)

const rangesOf = (cuts: ReadonlyArray<number>, head: number): ReadonlyArray<SeqRange> => {
  const ends = [...new Set([...cuts.filter((seq) => seq >= 1 && seq < head), head])].sort((a, b) => a - b)
  return ends.map((to, index) => ({ from: (ends[index - 1] ?? 0) + 1, to }))
}

/** The contents of the tables of a log that is replayed in ranges. */
const replayed = (log: string, folder: string, ranges: ReadonlyArray<SeqRange>) =>
  Effect.gen(function* () {
    const paths = ranges.map(({ from, to }) => join(folder, `${from}-${to}-of-${ranges.length}.db`))
    for (const [place, range] of ranges.entries())
      yield* buildRange(
        { range, log, path: paths[place] as string, projections: names },
        projections,
        () => Effect.void
      )
    const [first = "", ...others] = paths
    const database = yield* make(first, "scratch")
    yield* Effect.provideService(mergeAll(projections, others), Database, database)
    return contents(first)
  }).pipe(Effect.scoped)

const runs = (usual: number) => Number(process.env.RUNS ?? usual)

const sameHoweverCut = (told: ReadonlyArray<Observation>, cuts: ReadonlyArray<ReadonlyArray<number>>) =>
  Effect.gen(function* () {
    const folder = yield* scopedFolder
    yield* Effect.provide(appendAll(told), logIn(folder))
    const log = databasePath(folder)
    const whole = yield* replayed(log, folder, [{ from: 1, to: told.length }])
    for (const seqs of cuts) {
      const ranges = rangesOf(seqs, told.length)
      assert.deepStrictEqual(yield* replayed(log, yield* scopedFolder, ranges), whole, JSON.stringify(ranges))
    }
  })

const cuts = (head: number) =>
  fc.array(fc.array(fc.integer({ min: 1, max: head - 1 }), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 4
  })

/** A valid text, or a value of another type, for which the field keeps its last known value. */
const said = (...texts: ReadonlyArray<string>) => fc.constantFrom<unknown>(...texts, 7, 8)

/** One of a few markets, at one of a few moments, with fields of which some are not readable. */
const sighting = fc
  .record({
    ticker: fc.constantFrom("T0", "T1", "T2"),
    final: fc.boolean(),
    at: fc.integer({ min: 0, max: 5 }),
    title: said("a", "b"),
    subtitle: said("c", "d"),
    rules_primary: said("if e", "if f")
  })
  .map(({ at, final, ...market }) => ({
    at,
    body: {
      markets: [
        stringsMarket({ ...market, status: final ? "finalized" : "active", result: final ? "yes" : "" })
      ]
    }
  }))

const trade = fc
  .record({
    trade_id: fc.constantFrom("one", "two"),
    created_time: fc.constantFrom(
      "2026-11-22T12:15:00.123456Z",
      "2026-11-22T12:15:00.123Z",
      "2026-11-22T12:15:00Z",
      "2026-11-22T12:15:00.999Z",
      "2026-11-22T12:15:00.999999Z"
    ),
    taker_side: fc.constantFrom("yes", "no")
  })
  .map((but) => ({ trades: [stringsTrade({ ticker: "T", ...but })] }))

const body = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

describe("merge", () => {
  it.scoped.prop(
    "gives the tables of the whole log, over any log and any cuts",
    [observations(40), cuts(40)],
    ([log, cuts]) => sameHoweverCut(log, cuts),
    { fastCheck: { seed: 27, numRuns: runs(10) } }
  )

  it.scoped.prop(
    "gives an entity the fields of all of its sightings, in the order of sightings",
    [fc.array(sighting, { minLength: 2, maxLength: 25 }), cuts(25)],
    ([sightings, cuts]) =>
      sameHoweverCut(
        sightings.map(({ at, body: said }, index) =>
          answer(index, { body: body(said), observedAt: isoMicros(SLOT * 1_000_000 + at) })
        ),
        cuts
      ),
    { fastCheck: { seed: 28, numRuns: runs(15) } }
  )

  it.scoped("gives an entity what was said of it between two equal descriptions in different ranges", () => {
    const unreadable = 7
    const titles = ["one", unreadable, "two", unreadable]
    return sameHoweverCut(
      titles.map((title, index) =>
        answer(index, { body: body({ markets: [stringsMarket({ ticker: "T", title })] }) })
      ),
      [[1], [2], [3], [1, 2, 3]]
    )
  })

  it.scoped("gives an entity one version where a range begins as the ranges before end, late or not", () => {
    const active = stringsMarket({ ticker: "T" })
    const final = { ...active, status: "finalized", result: "yes" }
    return sameHoweverCut(
      [active, active, final, active, active, final].map((market, index) =>
        answer(index, {
          body: body({ markets: [market] }),
          observedAt: isoMicros(SLOT * 1_000_000 + index)
        })
      ),
      [[1], [2], [3], [4], [5], [1, 2, 3, 4, 5]]
    )
  })

  it.scoped.prop(
    "gives a trade the most exact of its times",
    [fc.array(trade, { minLength: 2, maxLength: 10 }), cuts(10)],
    ([trades, cuts]) =>
      sameHoweverCut(
        trades.map((said, index) =>
          answer(index, { feed: "trades", endpoint: "GET /markets/trades", body: body(said) })
        ),
        cuts
      ),
    { fastCheck: { seed: 29, numRuns: runs(15) } }
  )

  it.scoped.prop(
    "gives the tables of the whole log, over logs of hostile answers",
    [fc.array(hostile, { minLength: 2, maxLength: 12 }), cuts(12)],
    ([answers, cuts]) =>
      sameHoweverCut(
        answers.map((said, index) => answer(index, said)),
        cuts
      ),
    { fastCheck: { seed: 30, numRuns: runs(5) } }
  )
})
