/**
 * The tables continue whatever is in the log: an answer that cannot be interpreted or written is set aside
 * with its seq, everything else is kept, and a replay has the same result, including quarantine.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import type { Projection } from "../../../src/domain/read/projection.ts"
import { projections } from "../../../src/domain/read/projections.ts"
import type { FactTable } from "../../../src/domain/read/table.ts"
import { ITEMS_MAX, OBJECTS_MAX } from "../../../src/domain/read/wire/answer-limits.ts"
import { Database } from "../../../src/layers/sqlite/database/Database.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { answer, appendAll, scopedFolder } from "../sqlite/support.ts"
import { crowds, goodAnswers, hostile } from "./hostile.ts"
import { page } from "./observations.ts"
import { catchUp, everything, rebuild, rowsOf, tablesIn, verify } from "./support.ts"

const market = (ticker: string) => stringsMarket({ ticker })

const quarantined = (folder: string, projection?: string) =>
  rowsOf(folder, "SELECT seq, projection, item, error FROM quarantine ORDER BY seq, projection, item")
    .filter((row) => projection === undefined || row.projection === projection)
    .map(({ error, item, projection, seq }) => `${seq} ${projection} ${item}: ${error}`)

const checkpoints = (folder: string) =>
  new Set(rowsOf(folder, "SELECT seq FROM projection_checkpoints").map(({ seq }) => seq))

const keysOf = (folder: string, sql: string) => rowsOf(folder, sql).map((row) => Object.values(row)[0])

describe("a log of hostile answers", () => {
  it.scoped.prop(
    "is read to its end, and replayed to the same tables whatever the batches",
    [
      fc.array(hostile, { minLength: 30, maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 4 })
    ],
    ([hostilities, stops]) =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        const log = [...hostilities, ...goodAnswers].map((but, index) => answer(index, but))
        yield* Effect.gen(function* () {
          yield* appendAll(log)
          for (const stop of stops) yield* catchUp(stop)
          yield* catchUp()
          assert.deepStrictEqual(checkpoints(folder), new Set([log.length]))
          yield* verify
          const live = everything(folder)
          yield* rebuild
          assert.deepStrictEqual(everything(folder), live)
        }).pipe(Effect.provide(tablesIn(folder)))
        // The good answer of each kind came after all hostile ones.
        assert.include(keysOf(folder, "SELECT ticker FROM markets"), "KXGOOD")
        assert.include(keysOf(folder, "SELECT ticker FROM price_snapshots"), "KXGOOD")
        assert.include(keysOf(folder, "SELECT trade_id FROM trades"), "good")
        assert.include(keysOf(folder, "SELECT series_ticker FROM series"), "KXGOOD")
        assert.include(keysOf(folder, "SELECT event_ticker FROM events"), "KXGOOD")
        assert.include(keysOf(folder, "SELECT ticker FROM orderbook_snapshots"), "KXGOOD")
        assert.include(keysOf(folder, "SELECT ticker FROM candlesticks"), "KXBAD")
        assert.isAbove(rowsOf(folder, "SELECT * FROM exchange_status").length, 0)
      }),
    { fastCheck: { seed: 20261128, numRuns: 4 } }
  )

  it.scoped("sets each answer with too many items aside as a whole, not item by item", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        const log = [...crowds(ITEMS_MAX + 1), ...goodAnswers]
        yield* appendAll(log.map((but, index) => answer(index, but)))
        yield* catchUp()
        assert.deepStrictEqual(checkpoints(folder), new Set([log.length]))
        yield* verify
      }).pipe(Effect.provide(tablesIn(folder)))
      assert.strictEqual(
        quarantined(folder, "markets")[0],
        `1 markets body: body: expected at most ${ITEMS_MAX} items, found ${ITEMS_MAX + 1}`
      )
      assert.isBelow(quarantined(folder).length, 40)
      assert.include(keysOf(folder, "SELECT ticker FROM markets"), "KXGOOD")
    })
  )

  it.scoped("does not parse an answer with more objects than the limit", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const objects = OBJECTS_MAX + 2
      yield* Effect.gen(function* () {
        const nested = `{"events":[${Array(11)
          .fill(
            `{"event_ticker":"E","markets":[${Array(OBJECTS_MAX / 10)
              .fill("{}")
              .join(",")}]}`
          )
          .join(",")}]}`
        const flat = `{"markets":[${Array(objects - 2)
          .fill("{}")
          .join(",")}]}`
        yield* appendAll(
          [
            { body: new TextEncoder().encode(flat) },
            { feed: "events", endpoint: "GET /events", body: new TextEncoder().encode(nested) }
          ].map((but, index) => answer(index, but))
        )
        yield* catchUp()
      }).pipe(Effect.provide(tablesIn(folder)))
      const [first, ...others] = quarantined(folder)
      assert.strictEqual(
        first,
        `1 markets body: body: expected at most ${OBJECTS_MAX} objects and lists, found ${objects}`
      )
      assert.deepStrictEqual(
        others.map((line) => line.slice(0, 14)),
        ["2 events body:", "2 markets body"]
      )
    })
  )
})

/** A projection that throws at one answer, and only there. */
const throwingAt = (seq: number, name: string): ReadonlyArray<Projection> =>
  projections.map((projection) =>
    projection.name === name
      ? {
          ...projection,
          project: (reading) => {
            if (reading.observation.seq === seq) throw new Error("cannot be")
            return projection.project(reading)
          }
        }
      : projection
  )

/** A projection whose rows of one answer are changed before they are written. */
const spoiling = (
  seq: number,
  name: string,
  table: string,
  spoil: (row: ReadonlyArray<string | number | null>) => ReadonlyArray<string | number | null>
): ReadonlyArray<Projection> =>
  projections.map((projection) =>
    projection.name === name
      ? {
          ...projection,
          project: (reading) => {
            const projected = projection.project(reading)
            if (reading.observation.seq !== seq) return projected
            return {
              ...projected,
              rows: projected.rows.map((rows) =>
                rows.table.name === table && rows.table.kind === "facts"
                  ? {
                      table: rows.table as FactTable,
                      rows: (rows.rows as ReadonlyArray<ReadonlyArray<string | number | null>>).map(
                        (row, index, all) => (index === all.length - 1 ? spoil(row) : row)
                      )
                    }
                  : rows
              )
            }
          }
        }
      : projection
  )

const pages = Array.from({ length: 12 }, (_, index) => page(index, [market("A"), market(`T${index}`)], index))

describe("a projection that fails at one answer", () => {
  const cuts: ReadonlyArray<ReadonlyArray<number | undefined>> = [
    [undefined],
    [4, 5, undefined],
    [...Array.from({ length: 12 }, (_, index) => index + 1)]
  ]

  it.scoped.each(cuts.map((cut) => [cut]))(
    "has none of its rows, and all others in any batches (%j)",
    ([cut = []]) =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        yield* Effect.gen(function* () {
          yield* appendAll(pages)
          for (const to of cut) yield* catchUp(to)
          yield* verify
        }).pipe(Effect.provide(tablesIn(folder, throwingAt(5, "price_snapshots"))))
        assert.deepStrictEqual(quarantined(folder), [
          "5 price_snapshots answer: answer: expected an answer that can be interpreted, found an error: cannot be"
        ])
        const priced = keysOf(
          folder,
          "SELECT ticker FROM price_snapshots WHERE ticker <> 'A' ORDER BY ticker"
        )
        assert.lengthOf(priced, 11)
        assert.notInclude(priced, "T4")
        assert.include(keysOf(folder, "SELECT ticker FROM markets"), "T4")
        assert.deepStrictEqual(checkpoints(folder), new Set([12]))
      })
  )

  it.scoped("does not stop the others if it throws while it selects the answer", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const failing = projections.map((projection) =>
        projection.name === "trades"
          ? {
              ...projection,
              reads: () => {
                throw new Error("out of its mind")
              }
            }
          : projection
      )
      yield* Effect.provide(Effect.zipRight(appendAll(pages), catchUp()), tablesIn(folder, failing))
      assert.lengthOf(quarantined(folder), pages.length)
      assert.match(quarantined(folder)[0] ?? "", /^1 trades .*out of its mind/)
      assert.include(keysOf(folder, "SELECT ticker FROM price_snapshots"), "T11")
      assert.deepStrictEqual(checkpoints(folder), new Set([12]))
    })
  )

  it.scoped("reads the answer again in another version, which resolves the earlier problem", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* appendAll(pages).pipe(
        Effect.zipRight(catchUp()),
        Effect.provide(tablesIn(folder, throwingAt(5, "price_snapshots")))
      )
      yield* Effect.provide(rebuild, tablesIn(folder))
      const [row, ...others] = rowsOf(folder, "SELECT seq, resolved_at FROM quarantine")
      assert.deepStrictEqual([row?.seq, others], [5, []])
      assert.isNotNull(row?.resolved_at)
      assert.include(keysOf(folder, "SELECT ticker FROM price_snapshots"), "T4")
    })
  )

  type Spoil = Parameters<typeof spoiling>[3]
  const spoilers: ReadonlyArray<readonly [what: string, table: string, spoil: Spoil]> = [
    ["a missing value that must be there", "price_rows", ([_, ...rest]) => [null, ...rest]],
    ["what is no number", "price_rows", ([_, ...rest]) => [Number.NaN, ...rest]],
    ["a text where a number belongs", "price_slots", ([_, ...rest]) => ["soon", ...rest]],
    ["a number beyond SQLite's", "price_slots", ([_, ...rest]) => [1e300, ...rest]]
  ]

  it.scoped.each(spoilers)("leaves none of its rows if a table refuses %s", ([, table, spoil]) =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        yield* appendAll(pages)
        yield* catchUp(3)
        yield* catchUp()
        yield* verify
        const live = everything(folder)
        yield* rebuild
        assert.deepStrictEqual(everything(folder), live)
      }).pipe(Effect.provide(tablesIn(folder, spoiling(5, "price_snapshots", table, spoil))))
      const found = quarantined(folder)
      assert.lengthOf(found, 1)
      assert.match(found[0] ?? "", /^5 price_snapshots answer: /)
      const priced = keysOf(folder, "SELECT ticker FROM price_snapshots ORDER BY ticker")
      assert.notInclude(priced, "T4")
      assert.include(priced, "T11")
      assert.notInclude(keysOf(folder, "SELECT seq FROM price_pages"), 5)
      assert.include(keysOf(folder, "SELECT ticker FROM markets"), "T4")
    })
  )

  it.scoped("with a code 0 in a ticker does not fail when the ticker is read again", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const again = page(0, [market("A\u0000B")], 1)
      yield* Effect.provide(Effect.zipRight(appendAll([again]), catchUp()), tablesIn(folder))
      yield* Effect.provide(
        appendAll([page(1, [market("A\u0000B")], 2)]).pipe(
          Effect.zipRight(catchUp()),
          Effect.zipRight(verify)
        ),
        tablesIn(folder)
      )
      assert.deepStrictEqual(quarantined(folder), [])
    })
  )
})

describe("a failure of the database", () => {
  it.scoped("sets no answer aside if the disk is full", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        const { sql } = yield* Database
        yield* appendAll([page(12, [stringsMarket({ rules_primary: "x".repeat(200_000) })], 0), ...pages])
        const [count] = yield* sql<{ page_count: number }>`PRAGMA page_count`
        yield* sql.unsafe(`PRAGMA max_page_count = ${count?.page_count}`).unprepared
        const error = yield* Effect.flip(catchUp())
        assert.strictEqual(error._tag, "StorageFailed")
        assert.deepStrictEqual(quarantined(folder), [])
        yield* sql`PRAGMA max_page_count = 1000000`.unprepared
        yield* catchUp()
        yield* verify
      }).pipe(
        Effect.provide(
          tablesIn(
            folder,
            spoiling(5, "price_snapshots", "price_rows", () => [null])
          )
        )
      )
    })
  )
})
