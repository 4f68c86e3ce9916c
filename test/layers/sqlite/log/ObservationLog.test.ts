/** The log on SQLite: its contract, the hashes as anyone can compute them, and a full disk. */
import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Database } from "../../../../src/layers/sqlite/database/Database.ts"
import {
  answer,
  append,
  appendAll,
  failsWith,
  head,
  logIn,
  noise,
  raw,
  readAll,
  scopedFolder,
  verifyAll
} from "../support.ts"
import { logContract } from "./log-contract.ts"

logContract("SQLite", logIn)

const COLUMNS = [
  "seq",
  "feed",
  "slot",
  "page",
  "endpoint",
  "request",
  "cursor",
  "observed_at",
  "status",
  "base_url",
  "encoding",
  "body",
  "body_sha256"
]

/** The chain computed from its description, as an auditor would. */
const auditedHead = (rows: ReadonlyArray<Readonly<Record<string, unknown>>>): string =>
  rows.reduce((previous: string, row) => {
    const hash = createHash("sha256").update(Buffer.from([1]))
    for (const value of [previous, ...COLUMNS.map((column) => row[column])]) {
      const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value))
      const length = Buffer.alloc(4)
      length.writeInt32BE(value === null ? -1 : bytes.length)
      hash.update(length)
      if (value !== null) hash.update(bytes)
    }
    return hash.digest("hex")
  }, "0".repeat(64))

/** Limits the growth of the file to a number of pages from here on: SQLite then reports a full disk. */
const leavePages = (pages: number) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const [count] = yield* sql<{ page_count: number }>`PRAGMA page_count`
    yield* sql.unsafe(`PRAGMA max_page_count = ${(count?.page_count ?? 0) + pages}`).unprepared
  })

const freeTheDisk = Effect.flatMap(Database, ({ sql }) => sql`PRAGMA max_page_count = 1000000000`.unprepared)

describe("the log on SQLite", () => {
  it.scoped("has the hashes of its description, column by column", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const bodies = [new Uint8Array(0), noise(300), new Uint8Array(5000), Uint8Array.of(0xff)]
      const said = bodies.map((body, page) => answer(page, { body, request: `/märkets?n=${page}` }))
      const { chainSha256 } = yield* appendAll(said).pipe(
        Effect.zipRight(head),
        Effect.provide(logIn(folder))
      )
      const rows = raw(folder, (database) =>
        database.prepare("SELECT * FROM observations ORDER BY seq").all()
      )
      assert.strictEqual(auditedHead(rows as ReadonlyArray<Record<string, unknown>>), chainSha256)
    })
  )

  it.scoped("stores a body compressed if that makes it smaller, and times that sort as text", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* appendAll([answer(0, { body: noise(300) }), answer(1, { body: new Uint8Array(9000) })]).pipe(
        Effect.provide(logIn(folder))
      )
      const rows = raw(folder, (database) =>
        database.prepare("SELECT encoding, length(body) AS bytes, slot FROM observations ORDER BY seq").all()
      ) as ReadonlyArray<{ encoding: string; bytes: number; slot: string }>
      assert.deepStrictEqual(rows[0], { encoding: "identity", bytes: 300, slot: "2026-11-22T12:15:00Z" })
      assert.strictEqual(rows[1]?.encoding, "br")
      assert.isBelow(rows[1]?.bytes ?? 9000, 100)
    })
  )

  it.scoped(
    "reports a full disk as a typed failure, stays at its last commit, and continues afterwards",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        yield* Effect.gen(function* () {
          yield* appendAll([answer(0), answer(1)])
          const before = yield* head
          yield* leavePages(3)
          const big = answer(2, { body: noise(200_000) })
          for (const attempt of [1, 2]) {
            const { why } = yield* failsWith(append(big), "StorageFailed")
            assert.include(why, "the disk is full", `attempt ${attempt}`)
          }
          assert.deepStrictEqual(yield* head, before)
          assert.strictEqual(yield* verifyAll, 2)
          assert.deepStrictEqual(
            yield* append(answer(3)),
            { seq: 3, fresh: true },
            "what still fits is still taken"
          )
          yield* freeTheDisk
          assert.deepStrictEqual(yield* append(big), { seq: 4, fresh: true })
        }).pipe(Effect.provide(logIn(folder)))
        yield* Effect.gen(function* () {
          assert.strictEqual((yield* head).seq, 4)
          assert.strictEqual(yield* verifyAll, 4)
          assert.deepStrictEqual(yield* append(answer(4)), { seq: 5, fresh: true })
        }).pipe(Effect.provide(logIn(folder)))
      })
  )

  it.scoped("still reads everything after a restart on a full disk", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        yield* append(answer(0))
        yield* leavePages(0)
        yield* failsWith(append(answer(1, { body: noise(100_000) })), "StorageFailed")
      }).pipe(Effect.provide(logIn(folder)))
      yield* Effect.gen(function* () {
        yield* leavePages(0)
        assert.strictEqual((yield* readAll).length, 1)
        assert.strictEqual(yield* verifyAll, 1)
      }).pipe(Effect.provide(logIn(folder)))
    })
  )

  it.scoped("contains an interrupted append completely or not at all, and accepts the next one", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        for (const page of [0, 1, 2, 3, 4, 5]) {
          const appending = append(answer(page, { body: new Uint8Array(400_000) }))
          yield* Effect.raceFirst(appending, Effect.repeatN(Effect.yieldNow(), page * 3))
          yield* append(answer(page + 100))
        }
        const pages = (yield* readAll).map(({ page }) => page)
        assert.deepStrictEqual(
          pages.filter((page) => page >= 100),
          [100, 101, 102, 103, 104, 105]
        )
        assert.strictEqual(yield* verifyAll, pages.length)
      }).pipe(Effect.provide(logIn(folder)))
    })
  )
})
