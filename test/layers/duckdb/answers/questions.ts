/** The questions that the as-of macros are asked about a universe, as SQL, and the rows that are expected. */
import { FastCheck as fc } from "effect"
import { isoMicros } from "../../../../src/domain/units/time.ts"
import * as expected from "./expected.ts"
import { slotAt, TICKERS, tickerOf, type Universe } from "./universe.ts"

const SECOND = 1_000_000
const MAX_AGES = [undefined, 400 * SECOND, 2000 * SECOND, 4 * 3600 * SECOND]

/** Questions about every market at the times at which answers can change, a microsecond before, and in between. */
const questionsOf = (of: Universe): ReadonlyArray<expected.Question> => {
  const edges = [
    ...of.described.flatMap(({ at, closeTime }) => [at, closeTime]),
    ...of.quotes.map(({ at }) => at),
    ...of.books.map(({ at }) => at),
    ...of.trades.map(({ at }) => at),
    ...of.runs.flatMap(({ finished }) => (finished === undefined ? [] : [finished])),
    ...[0, 3, 8, 9, 60].map((k) => slotAt(k) * SECOND)
  ]
  const times = fc.sample(
    fc.constantFrom(...edges).chain((time) => fc.constantFrom(time, time - 1, time + 130 * SECOND)),
    { numRuns: 40, seed: 5 }
  )
  return times.flatMap((time, at) =>
    ["KXNONE", ...Array.from({ length: TICKERS }, (_, n) => tickerOf(n))].map((ticker, n) => {
      const maxAge = MAX_AGES[(at + n) % MAX_AGES.length]
      return { ticker, time, ...(maxAge === undefined ? {} : { maxAge }) }
    })
  )
}

/** The rows of `asked`: the number of each question, its market, its time and its greatest age. */
export const asked = (questions: ReadonlyArray<expected.Question>): string =>
  `(VALUES ${questions
    .map(({ maxAge, ticker, time }, n) => {
      const age = maxAge === undefined ? "NULL::INTERVAL" : `to_microseconds(${maxAge})`
      return `(${n}, '${ticker}', TIMESTAMPTZ '${isoMicros(time)}', ${age})`
    })
    .join(", ")}) asked(n, ticker, asked_at, age)`

const time = (column: string) => `epoch_us(${column})`

const call = (macro: string, parameters: ReadonlyArray<string>) =>
  `${macro}(${["asked.ticker", "asked.asked_at", ...parameters].join(", ")})`
const MAX_AGE = "max_age := asked.age"

type Rows = ReadonlyArray<ReadonlyArray<unknown>>

export interface Macro {
  readonly call: string
  readonly select: string
  /** The rows that are expected of a question, in their order. */
  readonly rows: (of: Universe, question: expected.Question) => Rows
}

export const open: Macro = {
  call: call("open_at", []),
  select: "answer.reason",
  rows: (of, question) => [[expected.open(of, question)]]
}

export const quote: Macro = {
  call: call("quote_at", [MAX_AGE]),
  select: `${time("answer.observed_at")}, answer.yes_bid, answer.yes_ask, answer.price, answer.reason`,
  rows: (of, question) => {
    const { ask, bid, price, reason, seenAt } = expected.quote(of, question)
    return [[seenAt, bid, ask, price, reason]]
  }
}

export const terms: Macro = {
  call: call("terms_at", []),
  select: `answer.status, ${time("answer.close_time")}, answer.reason`,
  rows: (of, question) => {
    const { closeTime, reason, status } = expected.terms(of, question)
    return [[status, closeTime, reason]]
  }
}

const macros: ReadonlyArray<Macro> = [
  open,
  terms,
  quote,
  {
    call: call("trade_at", [MAX_AGE]),
    select: "answer.trade_id, answer.reason",
    rows: (of, question) => {
      const { id, reason } = expected.trade(of, question)
      return [[id, reason]]
    }
  },
  {
    call: call("book_at", [MAX_AGE]),
    select: "answer.side, answer.level, answer.price, answer.size, answer.cumulative, answer.reason",
    rows: (of, question) => {
      const { levels, reason } = expected.book(of, question)
      return levels.length === 0
        ? [[null, null, null, null, null, reason]]
        : levels.map(({ cumulative, level, price, side, size }) => [
            side,
            level,
            price,
            size,
            cumulative,
            reason
          ])
    }
  },
  ...(["yes", "no"] as const).map((outcome) => ({
    call: call("cost_to_fill", [`'${outcome}'`, "5", MAX_AGE]),
    select: "answer.dollars, answer.reason",
    rows: (of: Universe, question: expected.Question) => {
      const { dollars, reason } = expected.cost(of, question, outcome, 5)
      return [[dollars, reason]]
    }
  }))
]

export interface Case {
  readonly name: string
  readonly sql: string
  readonly questions: ReadonlyArray<expected.Question>
  /** The number of the question, and then what is selected. */
  readonly rows: Rows
}

export const caseOf = (
  of: Universe,
  { call, rows, select }: Macro,
  questions: ReadonlyArray<expected.Question>
): Case => ({
  name: call,
  sql: `SELECT asked.n, ${select} FROM ${asked(questions)}, ${call} answer ORDER BY ALL`,
  questions,
  rows: questions.flatMap((question, n) => rows(of, question).map((row) => [n, ...row]))
})

export const casesOf = (of: Universe): ReadonlyArray<Case> => {
  const questions = questionsOf(of)
  return macros.map((macro) => caseOf(of, macro, questions))
}
