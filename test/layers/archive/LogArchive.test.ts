/** Sealing the log: nothing is lost, in memory or on the way, and what is sealed leaves SQLite. */
import { readdirSync, statSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Chunk, Effect, Fiber, Stream } from "effect"
import { slotText } from "../../../src/domain/units/time.ts"
import { openSegment } from "../../../src/layers/archive/reader.ts"
import { archivePath, databasePath } from "../../../src/layers/files/data-dir.ts"
import { sha256 } from "../../../src/layers/sqlite/log/sealed.ts"
import { answer, append, failsWith, logIn, noise, raw, SLOT, scopedFolder } from "../sqlite/support.ts"
import { archiveAll, archived, hotSeqs, isWhole, record, recording, segmentsOf } from "./support.ts"

describe("a sealed log", () => {
  it.scopedLive("has every observation, byte for byte, and SQLite has none of them", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      yield* record(dataDir)
      const report = yield* archiveAll(dataDir)
      assert.strictEqual(report.removed, recording().length)
      assert.deepStrictEqual(hotSeqs(dataDir), [])
      yield* isWhole(dataDir)
      const [segment] = segmentsOf(dataDir)
      assert.deepInclude(segment, {
        first_seq: 1,
        last_seq: 16,
        first_observed_at: "2026-11-22T12:15:01.000000Z",
        last_observed_at: "2026-11-22T13:00:02.000000Z"
      })
      assert.deepStrictEqual(readdirSync(archivePath(dataDir)), ["1-16"])
    })
  )

  it.scopedLive("has each distinct piece once", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      yield* record(dataDir)
      const { segments } = yield* archiveAll(dataDir)
      // 120 markets, a tenth of them anew in each of three slots; the beginnings of three pages, their one end, and the
      // one answer of the exchange's state.
      assert.strictEqual(segments[0]?.pieces, 120 + 3 * 12 + 3 + 1 + 1)
    })
  )

  it.scopedLive("is cut at its limits and at days, and reads the same", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      const nextDay = { observedAt: "2026-11-23T00:00:00.000000Z" }
      const late = { observedAt: "2026-11-22T23:59:59.999999Z" }
      const answers = [
        ...recording(),
        answer(0, { feed: "a", ...nextDay }),
        // An answer that came before midnight, and was recorded behind one that came after it.
        answer(0, { feed: "b", ...late }),
        answer(0, { feed: "c", ...nextDay })
      ]
      yield* record(dataDir, answers)
      const { segments } = yield* archiveAll(dataDir, { pieces: 100, pieceBytes: 1_000_000 })
      assert.deepStrictEqual(
        segments.map(({ firstSeq, lastSeq }) => [firstSeq, lastSeq]),
        [
          [1, 3],
          [4, 7],
          [8, 11],
          [12, 15],
          [16, 16],
          [17, 19]
        ]
      )
      yield* isWhole(dataDir, answers)
    })
  )

  it.scopedLive("holds what came before a time, and the rest stays in SQLite until its turn comes", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      yield* record(dataDir)
      const before = slotText(SLOT + 900).replace("Z", ".000000Z")
      assert.strictEqual((yield* archiveAll(dataDir, undefined, "2026-11-22T00:00:00.000000Z")).removed, 0)
      assert.strictEqual((yield* archiveAll(dataDir, undefined, before)).removed, 4)
      assert.deepStrictEqual(hotSeqs(dataDir), [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
      yield* Effect.provide(append(answer(9)), logIn(dataDir))
      assert.strictEqual((yield* archiveAll(dataDir)).removed, 13)
      assert.deepStrictEqual(
        segmentsOf(dataDir).map(({ first_seq, last_seq }) => [first_seq, last_seq]),
        [
          [1, 4],
          [5, 17]
        ]
      )
      yield* isWhole(dataDir, [...recording(), answer(9)])
      assert.deepStrictEqual((yield* archiveAll(dataDir)).segments, [])
    })
  )

  it.scopedLive("is read from any seq to any other", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      yield* record(dataDir)
      yield* archiveAll(dataDir)
      const [segment] = segmentsOf(dataDir)
      const open = yield* openSegment(dataDir, segment ?? assert.fail())
      const answers = recording()
      for (const range of [
        { from: 1, to: 1 },
        { from: 6, to: 9 },
        { from: 16, to: 99 },
        { from: 17, to: 20 }
      ]) {
        const read = Chunk.toReadonlyArray(yield* Stream.runCollect(open.observations(range))).flat()
        const rows = Chunk.toReadonlyArray(yield* Stream.runCollect(open.rows(range))).flat()
        const expected = answers.slice(range.from - 1, range.to)
        assert.deepStrictEqual(
          read.map(({ body }) => Buffer.from(body).toString()),
          expected.map(({ body }) => Buffer.from(body).toString())
        )
        assert.deepStrictEqual(
          rows,
          read.map(({ body: _, ...row }) => row)
        )
      }
    })
  )

  it.scopedLive("keeps many large bodies that cannot be cut, in the memory of one", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      const answers = Array.from({ length: 9 }, (_, n) => answer(n, { body: noise(9_000_000, n + 1) }))
      yield* record(dataDir, answers)
      yield* archiveAll(dataDir)
      const found = yield* archived(dataDir)
      for (const [n, { body }] of answers.entries())
        assert.isTrue(Buffer.from(found[n]?.body ?? []).equals(body), `seq ${n + 1}`)
    })
  )

  it.scopedLive("keeps bytes that are no JSON, large ones, and columns with any text", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      const answers = [
        answer(0, { body: noise(300_000) }),
        answer(1, { body: Buffer.alloc(20_000_000, '{"ticker":"A"},') }),
        answer(2, { request: "/markets?tickers='é😀%00", cursor: "\0\u{1f600}'", body: new Uint8Array() }),
        answer(3, { body: Buffer.from('{"markets":[{"a":1},{"a":'), status: 503 })
      ]
      yield* record(dataDir, answers)
      yield* archiveAll(dataDir)
      const found = yield* archived(dataDir)
      assert.deepStrictEqual(
        found.map((row) => row.cursor),
        answers.map(({ cursor }) => cursor)
      )
      for (const [n, { body }] of answers.entries())
        assert.isTrue(Buffer.from(found[n]?.body ?? []).equals(body), `seq ${n + 1}`)
    })
  )

  it.scopedLive(
    "is sorted in parts where its pieces are too large for memory together",
    () =>
      Effect.gen(function* () {
        const dataDir = yield* scopedFolder
        const item = (n: number) => ({ n, text: "é".repeat(5_000) })
        const page = (n: number) =>
          answer(n, {
            body: Buffer.from(
              JSON.stringify({
                markets: Array.from({ length: 500 }, (_, at) => item(500 * n + at)),
                cursor: ""
              })
            )
          })
        const large = Array.from({ length: 22 }, (_, n) => page(n))
        // Of each part, some pieces come twice.
        const again = large.filter((_, n) => n % 7 === 0).map((one) => ({ ...one, feed: "again" }))
        const answers = [...large, ...again]
        yield* record(dataDir, answers)
        const { segments } = yield* archiveAll(dataDir)
        // 11,000 items of 10 kB, and the text before and behind the items of a page.
        assert.strictEqual(segments[0]?.pieces, 11_002)
        const found = yield* archived(dataDir)
        assert.deepStrictEqual(
          found.map(({ body }) => sha256(body)),
          answers.map(({ body }) => sha256(body))
        )
      }),
    120_000
  )

  it.scopedLive("gives its space back", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      yield* record(
        dataDir,
        Array.from({ length: 40 }, (_, n) => answer(n, { body: noise(100_000, n + 1) }))
      )
      const before = statSync(databasePath(dataDir)).size
      const { freedBytes } = yield* archiveAll(dataDir)
      assert.isAbove(freedBytes, 3_500_000)
      raw(dataDir, (database) => database.pragma("wal_checkpoint(TRUNCATE)"))
      assert.isAtMost(statSync(databasePath(dataDir)).size, before - freedBytes)
    })
  )

  it.scopedLive("waits for another writer without holding up its own process", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      yield* record(dataDir)
      const writer = yield* Effect.acquireRelease(
        Effect.sync(() => new Sqlite(databasePath(dataDir))),
        (opened) => Effect.sync(() => opened.close())
      )
      writer.exec("BEGIN IMMEDIATE")
      const sealing = yield* Effect.forkScoped(archiveAll(dataDir))
      yield* Effect.sleep("700 millis")
      assert.strictEqual(hotSeqs(dataDir).length, 16)
      writer.exec("COMMIT")
      assert.strictEqual((yield* Fiber.join(sealing)).removed, 16)
    })
  )
})

describe("a log that is damaged", () => {
  it.scopedLive("is not sealed from the damaged row on", () =>
    Effect.gen(function* () {
      for (const change of ["body = x'00'", "status = 418", "body_sha256 = upper(body_sha256)"]) {
        const dataDir = yield* scopedFolder
        yield* record(dataDir)
        raw(dataDir, (database) => {
          const trigger = database
            .prepare<[], string>("SELECT sql FROM sqlite_master WHERE name = 'observations_no_update'")
            .pluck()
            .get()
          database.exec("DROP TRIGGER observations_no_update")
          database.exec(`UPDATE observations SET ${change} WHERE seq = 6`)
          database.exec(trigger ?? "")
        })
        const { seq } = yield* failsWith(archiveAll(dataDir), "LogDamaged")
        assert.strictEqual(seq, 6, change)
        assert.deepStrictEqual(segmentsOf(dataDir), [])
        assert.strictEqual(hotSeqs(dataDir).length, 16)
      }
    })
  )
})
