/** The versions of markets, events and series: each description that is not that of the sighting before, by seq. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { LoggedObservation } from "../../../src/domain/observation.ts"
import { type Cell, type EntityCell, KEPT } from "../../../src/domain/read/column.ts"
import { events } from "../../../src/domain/read/events/projection.ts"
import { markets } from "../../../src/domain/read/markets/projection.ts"
import type { EntityRow, Projection } from "../../../src/domain/read/projection.ts"
import { Reading } from "../../../src/domain/read/reading.ts"
import { series } from "../../../src/domain/read/series/projection.ts"
import { stringsMarket, without } from "../../domain/read/wire/bodies.ts"
import { appendAll, scopedFolder } from "../sqlite/support.ts"
import { observations, page } from "./observations.ts"
import { catchUp, rowsOf, tablesIn, tell } from "./support.ts"

const TICKER = "KXA-T1"

const market = (but: Readonly<Record<string, unknown>> = {}) => stringsMarket({ ticker: TICKER, ...but })

/** Some columns of the history of a log of pages, one market each. */
const historyOf = (columns: string, ...told: ReadonlyArray<ReturnType<typeof page>>) =>
  Effect.gen(function* () {
    const folder = yield* scopedFolder
    yield* Effect.provide(tell(...told), tablesIn(folder))
    const rows = rowsOf(
      folder,
      `SELECT ${columns} FROM market_history WHERE ticker = '${TICKER}' ORDER BY seq`
    )
    const [now] = rowsOf(folder, `SELECT ${columns.replace(", seq", "")} FROM markets`)
    return { rows: rows.map((row) => Object.values(row)), now }
  })

const atMicro = (micros: number) => `2026-11-22T12:15:00.0000${micros}Z`

describe("the history of a market", () => {
  it.scoped("has each change with the time and the seq of its first sighting", () =>
    Effect.gen(function* () {
      const moved = market({ close_time: "2026-11-24T00:00:00Z" })
      const { now, rows } = yield* historyOf(
        "close_time, observed_at, seq",
        page(0, [market()], 10),
        page(1, [market({ yes_bid_dollars: "0.0100" })], 20),
        page(2, [moved], 30),
        page(3, [moved], 40),
        page(4, [market()], 50)
      )
      const [first, later] = ["2026-11-23T04:59:00.000000Z", "2026-11-24T00:00:00.000000Z"]
      assert.deepStrictEqual(rows, [
        [first, atMicro(10), 1],
        [later, atMicro(30), 3],
        [first, atMicro(50), 5]
      ])
      assert.deepStrictEqual(now, { close_time: first, observed_at: atMicro(50) })
    })
  )

  it.scoped("has a stale description after the final one, which the table of markets passes over", () =>
    Effect.gen(function* () {
      const final = market({ status: "finalized", result: "yes" })
      const { now, rows } = yield* historyOf(
        "status, seq",
        page(0, [market()], 10),
        page(1, [final], 20),
        page(2, [market()], 30),
        page(3, [market()], 40),
        page(4, [final], 50),
        page(5, [final], 60)
      )
      assert.deepStrictEqual(rows, [
        ["active", 1],
        ["finalized", 2],
        ["active", 3],
        ["finalized", 5]
      ])
      assert.deepStrictEqual(now, { status: "finalized" })
    })
  )

  it.scoped("is in the order of the log where observed_at is not", () =>
    Effect.gen(function* () {
      const { now, rows } = yield* historyOf(
        "title, observed_at, seq",
        page(0, [market({ title: "second" })], 20),
        page(1, [market({ title: "first" })], 10),
        page(2, [market({ title: "first" })], 15),
        page(3, [market({ title: "second" })], 30)
      )
      assert.deepStrictEqual(rows, [
        ["second", atMicro(20), 1],
        ["first", atMicro(10), 2],
        ["second", atMicro(30), 4]
      ])
      assert.deepStrictEqual(now, { title: "second", observed_at: atMicro(30) })
    })
  )

  it.scoped("has NULL for a field that could not be read, and one row for null and absent", () =>
    Effect.gen(function* () {
      const { now, rows } = yield* historyOf(
        "title, seq",
        page(0, [market()], 10),
        page(1, [market({ title: 7 })], 20),
        page(2, [market({ title: 8 })], 30),
        page(3, [market({ title: null })], 40),
        page(4, [without(market(), "title")], 50)
      )
      assert.deepStrictEqual(rows, [
        ["Will it rain more than 1 inch?", 1],
        [null, 2],
        [null, 4]
      ])
      assert.deepStrictEqual(now, { title: null })
    })
  )
})

interface Version {
  readonly key: string
  readonly seq: number
  readonly cells: ReadonlyArray<EntityCell>
}

/** The versions of a log by a fold over what the projection says of each answer. */
const versionsBy = (projection: Projection, log: ReadonlyArray<LoggedObservation>) => {
  const last = new Map<string, string>()
  const versions: Array<Version> = []
  for (const observation of log) {
    if (observation.status !== 200 || !projection.reads(observation)) continue
    const made = projection.project(new Reading(observation)).rows
    const rows = made.flatMap(({ rows }): ReadonlyArray<EntityRow | ReadonlyArray<Cell>> => rows)
    const described = new Map<string, EntityRow>()
    for (const row of rows)
      if ("key" in row && (row.final || described.get(row.key)?.final !== true)) described.set(row.key, row)
    for (const [key, row] of described) {
      const cells = row.cells()
      const said = JSON.stringify(cells)
      if (last.get(key) === said) continue
      last.set(key, said)
      versions.push({ key, seq: observation.seq, cells })
    }
  }
  return versions
}

describe("the history of a hostile log", () => {
  const kinds = [
    ["market_history", "ticker", markets],
    ["event_history", "event_ticker", events],
    ["series_history", "series_ticker", series]
  ] as const

  it.scoped.prop(
    "is what a fold over the log gives",
    [observations(40)],
    ([told]) =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        yield* Effect.provide(Effect.zipRight(appendAll(told), catchUp()), tablesIn(folder))
        const log = told.map((observation, index) => ({ ...observation, seq: index + 1, bodySha256: "" }))
        for (const [history, key, projection] of kinds) {
          const [table] = projection.tables
          const columns = (table?.columns ?? []).slice(1)
          const expected = versionsBy(projection, log)
            .filter((version) => version.key.isWellFormed())
            .map(({ cells, key, seq }) => [
              log[seq - 1]?.observedAt,
              seq,
              key,
              ...cells.slice(1).map((cell) => (cell === KEPT ? null : wellFormed(cell)))
            ])
          const shown = rowsOf(
            folder,
            `SELECT observed_at, seq, ${key}, ${columns.join(", ")} FROM ${history} ORDER BY seq, ${key}`
          ).map((row) => Object.values(row).map(wellFormed))
          assert.deepStrictEqual(sorted(shown), sorted(expected), history)
        }
      }),
    { fastCheck: { seed: 14, numRuns: 12 } }
  )
})

/** An unpaired surrogate is read back as one replacement character or several. */
const wellFormed = (cell: unknown) =>
  typeof cell === "string" ? cell.toWellFormed().replaceAll(/\ufffd+/g, "?") : cell

const sorted = (rows: ReadonlyArray<unknown>) => rows.map((row) => JSON.stringify(row)).sort()
