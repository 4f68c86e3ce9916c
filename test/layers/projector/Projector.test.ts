/**
 * Checkpoints commit with their rows, unreadable items are set aside, and tables of another version are
 * detected.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Projection } from "../../../src/domain/read/projection.ts"
import { projections } from "../../../src/domain/read/projections.ts"
import { Database } from "../../../src/layers/sqlite/database/Database.ts"
import { ObservationLog } from "../../../src/services/ObservationLog.ts"
import { Projector } from "../../../src/services/Projector.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { answer, appendAll, failsWith, head, noise, raw, scopedFolder, tamper } from "../sqlite/support.ts"
import { page } from "./observations.ts"
import { catchUp, everything, outdated, rebuild, rowsOf, tablesIn, tell, verify } from "./support.ts"

const market = (ticker: string, but = {}) => stringsMarket({ ticker, ...but })
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

const checkpoints = (folder: string) =>
  new Set(rowsOf(folder, "SELECT seq FROM projection_checkpoints").map(({ seq }) => seq))

const tickers = (folder: string) =>
  rowsOf(folder, "SELECT ticker FROM markets ORDER BY ticker").map(({ ticker }) => ticker)

describe("catching up", () => {
  it.scoped("reads new observations once, up to the head or to a given seq", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        assert.deepStrictEqual(yield* catchUp(), { observations: 0, rows: 0, quarantined: 0, seq: 0 })
        yield* appendAll(upTo(5).map((index) => page(index, [market(`T${index}`)], index)))
        assert.include(yield* catchUp(2), { observations: 2, seq: 2 })
        assert.deepStrictEqual(tickers(folder), ["T0", "T1"])
        assert.include(yield* catchUp(1), { observations: 0, seq: 2 })
        assert.include(yield* catchUp(), { observations: 3, seq: 5 })
        assert.include(yield* catchUp(), { observations: 0, seq: 5 })
        assert.deepStrictEqual(tickers(folder), ["T0", "T1", "T2", "T3", "T4"])
        assert.deepStrictEqual(checkpoints(folder), new Set([5]))
      }).pipe(Effect.provide(tablesIn(folder)))
    })
  )

  it.scoped("reads everything once, even in two fibers at the same time", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        yield* appendAll(upTo(8).map((index) => page(index, [market(`T${index}`)], index)))
        const both = yield* Effect.all([catchUp(), catchUp(4), catchUp()], { concurrency: "unbounded" })
        assert.strictEqual(
          both.reduce((sum, { observations }) => sum + observations, 0),
          8
        )
        yield* verify
      }).pipe(Effect.provide(tablesIn(folder)))
    })
  )

  it.scoped("reports after each batch how far it is, and that much is committed", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        yield* appendAll(
          upTo(20).map((index) => answer(index, { endpoint: "GET /x", body: noise(100_000, index) }))
        )
        const projector = yield* Projector
        const told: Array<number> = []
        const onProgress = (seq: number) =>
          Effect.sync(() => {
            told.push(seq)
            assert.deepStrictEqual(checkpoints(folder), new Set([seq]))
          })
        yield* projector.catchUp({ onProgress })
        // At most eight observations share a transaction.
        assert.isAbove(told.length, 2)
        assert.strictEqual(told.at(-1), 20)
        assert.deepStrictEqual(
          told,
          [...told].sort((a, b) => a - b)
        )
      }).pipe(Effect.provide(tablesIn(folder)))
    })
  )

  it.scoped("takes nothing from an answer with another status than its projections read", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.provide(
        tell(page(0, [market("A")], 1, { status: 404 }), page(1, [market("B")], 2)),
        tablesIn(folder)
      )
      assert.deepStrictEqual(tickers(folder), ["B"])
      assert.deepStrictEqual(rowsOf(folder, "SELECT * FROM quarantine"), [])
      assert.deepStrictEqual(checkpoints(folder), new Set([2]))
    })
  )

  const OBSERVATIONS = 40

  it.scopedLive("gives the event loop turns within a batch, so that timers can run", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      let turns = 0
      let ended = false
      const turn = () => {
        turns += 1
        if (!ended) setImmediate(turn)
      }
      yield* Effect.gen(function* () {
        yield* appendAll(upTo(OBSERVATIONS).map((index) => page(index, [market(`T${index}`)], index)))
        setImmediate(turn)
        const { catchUp } = yield* Projector
        yield* catchUp()
        ended = true
      }).pipe(Effect.provide(tablesIn(folder)))
      // One turn after an observation is decoded, and one after it is written.
      assert.isAtLeast(turns, 2 * OBSERVATIONS)
    })
  )

  it.scoped("stops at a damaged row, and keeps the rows before it", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.provide(
        tell(page(0, [market("A")], 1)).pipe(Effect.zipRight(appendAll([page(1, [market("B")], 2)]))),
        tablesIn(folder)
      )
      tamper(folder, "UPDATE observations SET body = x'00', encoding = 'identity' WHERE seq = 2")
      const { seq } = yield* failsWith(Effect.provide(catchUp(), tablesIn(folder)), "LogDamaged")
      assert.strictEqual(seq, 2)
      assert.deepStrictEqual(tickers(folder), ["A"])
      assert.deepStrictEqual(checkpoints(folder), new Set([1]))
    })
  )
})

describe("rows and their checkpoint", () => {
  const places = ["market_rows", "price_rows", "event_rows_seen", "quarantine", "market_rows_seen"]
  const body = new TextEncoder().encode(
    JSON.stringify({ events: [{ event_ticker: "E", markets: [market("B"), { ticker: 7 }] }] })
  )
  const batch = [
    page(1, [market("A", { title: "new" }), market("C")], 20),
    answer(2, { feed: "events", endpoint: "GET /events", body }),
    page(3, [market("D")], 30)
  ]

  it.scoped.each(places)("commit together: a failed write to %s within a batch changes neither", (table) =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const before = yield* Effect.gen(function* () {
        yield* tell(page(0, [market("A", { title: "old" })], 10))
        return everything(folder)
      }).pipe(Effect.provide(tablesIn(folder)))
      const columns = rowsOf(folder, `PRAGMA table_info(${table})`).map(({ name }) => name)
      const last = columns.includes("seq") ? "NEW.seq >= 3" : `(SELECT count(*) FROM ${table}) >= 2`
      raw(folder, (database) =>
        database.exec(
          `CREATE TRIGGER stumble BEFORE INSERT ON ${table} WHEN ${last}
           BEGIN SELECT json('{stumbled'); END`
        )
      )
      yield* Effect.gen(function* () {
        yield* appendAll(batch)
        const { why } = yield* failsWith(catchUp(), "StorageFailed")
        assert.strictEqual(why, "malformed JSON")
        assert.deepStrictEqual(everything(folder), before, "neither rows nor checkpoint")
        raw(folder, (database) => database.exec("DROP TRIGGER stumble"))
        assert.include(
          yield* catchUp(),
          { observations: 3, seq: 4 },
          "the next attempt takes up the whole batch"
        )
        yield* verify
      }).pipe(Effect.provide(tablesIn(folder)))
      assert.deepStrictEqual(tickers(folder), ["A", "B", "C", "D"])
    })
  )

  it.scoped("stay consistent on a disk that fills up within a batch, and continue when space is free", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        const { sql } = yield* Database
        yield* tell(page(0, [market("A")], 10))
        const long = { rules_primary: "x".repeat(40_000) }
        yield* appendAll([page(1, [market("B")], 20), page(2, [market("C", long)], 30)])
        const before = everything(folder)
        const [count] = yield* sql<{ page_count: number }>`PRAGMA page_count`
        yield* sql.unsafe(`PRAGMA max_page_count = ${count?.page_count}`).unprepared
        const { why } = yield* failsWith(catchUp(), "StorageFailed")
        assert.include(why, "the disk is full")
        assert.deepStrictEqual(everything(folder), before)
        yield* sql`PRAGMA max_page_count = 1000000`.unprepared
        assert.include(yield* catchUp(), { observations: 2, seq: 3 })
        yield* verify
      }).pipe(Effect.provide(tablesIn(folder)))
    })
  )

  it.scoped("are both rolled back if the checkpoint cannot be written", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        yield* appendAll(batch)
        const before = everything(folder)
        raw(folder, (database) =>
          database.exec(
            `CREATE TRIGGER stumble BEFORE UPDATE ON projection_checkpoints WHEN NEW.projection = 'settlements'
             BEGIN SELECT RAISE(ABORT, 'stumbled'); END`
          )
        )
        yield* failsWith(catchUp(), "StorageFailed")
        assert.deepStrictEqual(everything(folder), before)
      }).pipe(Effect.provide(tablesIn(folder)))
    })
  )
})

describe("quarantine", () => {
  const quarantine = (folder: string) =>
    rowsOf(
      folder,
      "SELECT seq, projection, item, error, first_seen, resolved_at FROM quarantine ORDER BY seq, item"
    )

  it.scoped("holds a field that does not decode, while the rest of its market and of the page is kept", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const bad = market("BAD", { yes_bid_dollars: "cheap" })
      yield* Effect.provide(tell(page(0, [market("A"), bad, market("B"), null], 7)), tablesIn(folder))
      assert.deepStrictEqual(tickers(folder), ["A", "B", "BAD"])
      const found = quarantine(folder)
      assert.deepStrictEqual(
        found.map(({ item, projection, resolved_at, seq }) => [seq, projection, item, resolved_at]),
        [
          [1, "markets", "BAD.yes_bid_dollars", null],
          [1, "markets", "markets[3]", null]
        ]
      )
      assert.match(String(found[0]?.error), /expected a price as a decimal string .*, found "cheap"/)
      assert.strictEqual(found[0]?.first_seen, "2026-11-22T12:15:00.000007Z")
    })
  )

  it.scoped("holds a body that cannot be read, once for each projection that reads its endpoint", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const body = new TextEncoder().encode("<html>")
      yield* Effect.provide(
        tell(answer(0, { body }), answer(1, { feed: "events", endpoint: "GET /events", body })),
        tablesIn(folder)
      )
      assert.deepStrictEqual(
        quarantine(folder).map(({ item, projection, seq }) => [seq, projection, item]),
        [
          [1, "markets", "body"],
          [2, "events", "body"],
          [2, "markets", "body"]
        ]
      )
    })
  )

  it.scoped(
    "holds nothing of an answer with an error status, or of an endpoint that no projection reads",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        const body = new TextEncoder().encode('{"error":{"code":"too_many_requests"}}')
        const told = tell(
          answer(0, { status: 429, body }),
          answer(1, { endpoint: "GET /exchange/announcements", body })
        )
        const { seq } = yield* Effect.provide(Effect.zipRight(told, head), tablesIn(folder))
        assert.deepStrictEqual(quarantine(folder), [])
        assert.deepStrictEqual(checkpoints(folder), new Set([seq]))
      })
  )
})

describe("outdated", () => {
  const raised = (name: string): ReadonlyArray<Projection> =>
    projections.map((one) => (one.name === name ? { ...one, version: one.version + 1 } : one))

  it.scoped("is empty if the tables are of this version", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const found = Effect.zipRight(tell(page(0, [market("A")], 1)), outdated)
      assert.deepStrictEqual(yield* Effect.provide(found, tablesIn(folder)), [])
      assert.deepStrictEqual(yield* Effect.provide(outdated, tablesIn(folder)), [])
    })
  )

  it.scoped("has a projection whose version has changed, until a rebuild", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.provide(tell(page(0, [market("A")], 1)), tablesIn(folder))
      yield* Effect.gen(function* () {
        assert.deepStrictEqual(yield* outdated, ["settlements"])
        yield* rebuild
        assert.deepStrictEqual(yield* outdated, [])
      }).pipe(Effect.provide(tablesIn(folder, raised("settlements"))))
      assert.deepStrictEqual(
        yield* Effect.provide(outdated, tablesIn(folder)),
        ["settlements"],
        "the other way too"
      )
    })
  )

  it.scoped(
    "has every projection that is ahead of the log, as after a restored backup, until a rebuild",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        yield* Effect.provide(tell(page(0, [market("A")], 1), page(1, [market("B")], 2)), tablesIn(folder))
        raw(folder, (database) => {
          const triggers = database
            .prepare<[], { sql: string }>("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
            .all()
          for (const name of database
            .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .pluck()
            .all()) {
            database.exec(`DROP TRIGGER ${name}`)
          }
          database.exec("DELETE FROM observations WHERE seq = 2")
          for (const { sql } of triggers) database.exec(sql)
        })
        yield* Effect.gen(function* () {
          assert.sameMembers(
            [...(yield* outdated)],
            projections.map(({ name }) => name)
          )
          yield* rebuild
          assert.deepStrictEqual(yield* outdated, [])
          assert.deepStrictEqual(tickers(folder), ["A"])
          assert.deepStrictEqual(checkpoints(folder), new Set([1]))
          yield* verify
        }).pipe(Effect.provide(tablesIn(folder)))
      })
  )

  it.scoped("has a projection that was added later, and a rebuild reads the whole log for it", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.provide(tell(page(0, [market("A", { status: "finalized" })], 1)), tablesIn(folder))
      const whole = everything(folder)
      raw(folder, (database) =>
        database.exec(`
          DROP VIEW settlements; DROP TABLE settlement_rows; DROP TABLE settlement_rows_seen;
          DELETE FROM projection_checkpoints WHERE projection = 'settlements'`)
      )
      yield* Effect.gen(function* () {
        assert.deepStrictEqual(yield* outdated, ["settlements"])
        yield* rebuild
        assert.deepStrictEqual(yield* outdated, [])
        yield* tell(page(1, [market("B", { status: "finalized" })], 2))
        yield* verify
      }).pipe(Effect.provide(tablesIn(folder)))
      assert.deepStrictEqual(everything(folder).settlements?.slice(0, 1), whole.settlements)
      assert.lengthOf(everything(folder).settlements ?? [], 2)
    })
  )

  it.scoped("has a projection that an older version did not know and left behind", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const older = projections.filter(({ name }) => name !== "settlements")
      const settled = (index: number) => page(index, [market(`T${index}`, { status: "finalized" })], index)
      yield* Effect.provide(tell(settled(0)), tablesIn(folder))
      yield* Effect.provide(tell(settled(1)), tablesIn(folder, older))
      yield* Effect.gen(function* () {
        const behind = yield* outdated
        const { seq } = yield* catchUp()
        assert.strictEqual(
          seq,
          yield* Effect.map(
            Effect.flatMap(ObservationLog, (log) => log.head),
            (at) => at.seq
          )
        )
        if (behind.length > 0) yield* rebuild
        yield* verify
      }).pipe(Effect.provide(tablesIn(folder)))
      assert.lengthOf(rowsOf(folder, "SELECT * FROM settlements"), 2)
    })
  )
})
