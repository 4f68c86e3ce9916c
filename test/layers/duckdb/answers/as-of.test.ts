/** Each as-of answer over random universes, against `expected.ts`, with a part of the rows in the lake. */
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, FastCheck as fc, TestClock } from "effect"
import { answers } from "../../../../src/domain/answers/catalog.ts"
import { isoMicros } from "../../../../src/domain/units/time.ts"
import { make as analyticsOf } from "../../../../src/layers/duckdb/query/Analytics.ts"
import type { QueryRow } from "../../../../src/services/Analytics.ts"
import { flush } from "../../lake/support.ts"
import { tablesIn, tell } from "../../projector/support.ts"
import { raw, SLOT, scopedFolder } from "../../sqlite/support.ts"
import * as expected from "./expected.ts"
import { type Case, caseOf, casesOf, open, quote, terms } from "./questions.ts"
import { listingOf, universe } from "./random-universe.ts"
import { INTERVAL, insertBackfills, insertRuns, type Run, type Universe } from "./universe.ts"

const told = (of: Universe) =>
  Effect.gen(function* () {
    yield* TestClock.setTime((SLOT + 9 * INTERVAL) * 1000)
    const folder = yield* scopedFolder
    const half = Math.floor(of.observations.length / 2)
    yield* Effect.provide(tell(...of.observations.slice(0, half)), tablesIn(folder))
    yield* flush(folder)
    yield* Effect.provide(tell(...of.observations.slice(half)), tablesIn(folder))
    raw(folder, (database) => {
      if (of.runs.length > 0) database.exec(insertRuns(of))
      if (of.backfills.length > 0) database.exec(insertBackfills(of))
    })
    return folder
  })

const NOT_KNOWN = ["not_yet_known", "unknown_market"]
const NOT_OPEN = ["closed", "not_open", "paused", ...NOT_KNOWN]
const AGES = ["gap", "null", "too_old"]

/** The reasons that the universes must bring about, or what is compared says little. */
const REASONS: Readonly<Record<string, ReadonlyArray<string>>> = {
  book_at: ["empty", "one_sided", ...AGES, ...NOT_OPEN],
  cost_to_fill: ["empty", "not_enough", "one_sided", ...AGES, ...NOT_OPEN],
  open_at: ["null", ...NOT_OPEN],
  quote_at: ["empty", "one_sided", ...AGES, ...NOT_OPEN],
  terms_at: ["null", ...NOT_KNOWN],
  trade_at: ["empty", ...AGES, ...NOT_KNOWN]
}

const asNumbers = (row: QueryRow): ReadonlyArray<unknown> =>
  row.map((value) => (typeof value === "object" && value !== null ? Number(String(value)) : value))

const byQuestion = Arr.groupBy((row: ReadonlyArray<unknown>) => String(row[0]))

/** Asks the questions, compares the answers, and counts each reason of each macro. */
const compare = (folder: string, cases: ReadonlyArray<Case>, seen: Map<string, number>) =>
  Effect.gen(function* () {
    const { results } = yield* analyticsOf({ dataDir: folder }).queryAll({
      sqls: cases.map(({ sql }) => sql)
    })
    cases.forEach(({ name, questions, rows }, at) => {
      const got = byQuestion(results[at]?.rows.map(asNumbers) ?? [])
      const wanted = byQuestion(rows)
      questions.forEach(({ maxAge, ticker, time }, n) => {
        const about = `${name} of ${ticker} at ${isoMicros(time)}, max_age ${maxAge}`
        assert.deepStrictEqual(got[n], wanted[n], about)
        const reason = `${name.split("(")[0]} ${wanted[n]?.[0]?.at(-1)}`
        seen.set(reason, (seen.get(reason) ?? 0) + 1)
      })
    })
  })

const none: Universe = {
  described: [],
  quotes: [],
  books: [],
  runs: [],
  trades: [],
  backfills: [],
  exchange: [],
  observations: []
}

const someOf = (name: string): string =>
  name === "outcome"
    ? "'yes'"
    : ["contracts", "cents"].includes(name)
      ? "5"
      : name === "market"
        ? "'KXA-1'"
        : "now()"

describe("an as-of macro", () => {
  it.scoped("has the columns that its definition names", () =>
    Effect.gen(function* () {
      const folder = yield* told(none)
      const macros = answers.filter((one) => one.kind === "table macro")
      const { results } = yield* analyticsOf({ dataDir: folder }).queryAll({
        sqls: macros.map(({ name, parameters }) => {
          const given = parameters.filter(({ otherwise }) => otherwise === undefined)
          return `FROM ${name}(${given.map((one) => someOf(one.name)).join(", ")})`
        })
      })
      assert.deepStrictEqual(
        macros.map(({ name }, at) => [name, results[at]?.columns.map((one) => [one.name, one.type])]),
        macros.map(({ columns, name }) => [
          name,
          Object.entries(columns).map(([column, { type }]) => [column, type])
        ])
      )
    })
  )

  it.effect("answers as a computation over what was received, with the same reasons", () =>
    Effect.gen(function* () {
      const seen = new Map<string, number>()
      for (const of of fc.sample(universe, { numRuns: 2, seed: 41 }))
        yield* Effect.scoped(Effect.flatMap(told(of), (folder) => compare(folder, casesOf(of), seen)))
      for (const [macro, reasons] of Object.entries(REASONS))
        for (const reason of reasons)
          assert.isAbove(seen.get(`${macro} ${reason}`) ?? 0, 2, `${macro} ${reason}`)
    })
  )

  it.scoped(
    "takes the later of two descriptions that were received at one time, and a final one before others",
    () =>
      Effect.gen(function* () {
        const described = (
          [
            [0, "active"],
            [0, "inactive"],
            [60, "finalized"],
            [70, "active"]
          ] as const
        ).map(([seconds, status]) => ({
          at: (SLOT + seconds) * 1_000_000,
          ticker: "KXA-1",
          status,
          openTime: 0,
          closeTime: (SLOT + 9000) * 1_000_000
        }))
        const quoted = { slot: SLOT, ticker: "KXA-1", bid: 41, ask: 43 }
        const of = {
          ...none,
          described,
          observations: described.map((one, page) =>
            listingOf({ described: [one] }, { ...quoted, at: one.at }, page)
          )
        }
        const folder = yield* told(of)
        const questions = [0, 59, 60, 80].map((seconds) => ({
          ticker: "KXA-1",
          time: (SLOT + seconds) * 1_000_000
        }))
        assert.deepStrictEqual(
          questions.map((question) => expected.terms(of, question).status),
          ["inactive", "inactive", "finalized", "finalized"]
        )
        yield* compare(folder, [caseOf(of, open, questions), caseOf(of, terms, questions)], new Map())
      })
  )

  it.scoped("counts a run by --once as of no interval, and takes the ends of each span as documented", () =>
    Effect.gen(function* () {
      const micros = (seconds: number) => seconds * 1_000_000
      const quoteAt = (slot: number) => ({ at: micros(slot + 10), slot, ticker: "KXA-1", bid: 41, ask: 43 })
      const run = (slot: number, interval: number | null): Run => ({
        feed: "markets",
        slot,
        interval,
        status: "complete",
        finished: micros(slot + 20)
      })
      const [once, paced] = [SLOT, SLOT + 3 * 86_400]
      const said = [once, paced].map((slot) => quoteAt(slot))
      const of = {
        ...none,
        quotes: said,
        described: said.map(({ at, ticker }) => ({
          at,
          ticker,
          status: "active",
          openTime: 0,
          closeTime: micros(SLOT + 9e6)
        })),
        runs: [run(once, null), run(paced, INTERVAL)]
      }
      const folder = yield* told({
        ...of,
        observations: said.map((quote, page) => listingOf(of, quote, page))
      })
      const at = (seconds: number, maxAge?: number) => ({
        ticker: "KXA-1",
        time: micros(seconds),
        ...(maxAge === undefined ? {} : { maxAge: micros(maxAge) })
      })
      const justBefore = (question: expected.Question) => ({ ...question, time: question.time - 1 })
      const questions = [
        at(once + 10),
        justBefore(at(once + 10)),
        at(once + 7200),
        justBefore(at(once + 86_410)),
        at(once + 86_410),
        at(once + 7200, 7190),
        at(once + 7200, 7189),
        justBefore(at(paced + INTERVAL)),
        at(paced + INTERVAL),
        at(paced + INTERVAL, 7200)
      ]
      assert.deepStrictEqual(
        questions.map((question) => expected.quote(of, question).reason),
        [null, "not_yet_known", null, null, "gap", null, "too_old", null, "gap", null]
      )
      yield* compare(folder, [caseOf(of, quote, questions)], new Map())
    })
  )
})
