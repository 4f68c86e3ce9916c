/**
 * `observations` accepts only new rows: every statement that would change or remove a row is refused, on a
 * connection without any code of this project, in today's SQLite and in the shell of Debian 12.
 */
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { eventBody, stringsMarket } from "../../../domain/read/wire/bodies.ts"
import { page } from "../../projector/observations.ts"
import { rowsOf, tablesIn, tell } from "../../projector/support.ts"
import { answer, appendAll, hasShell, logIn, raw, scopedFolder, shell, verifyAll } from "../support.ts"

const COLUMNS = `seq, feed, slot, page, endpoint, request, cursor, observed_at, status, base_url, encoding, body,
  body_sha256, chain_sha256`

/** The row `of`, with another seq or key. */
const rowLike = (of: number, { page = "page", seq }: { readonly seq: string; readonly page?: string }) =>
  `SELECT ${seq}, feed, slot, ${page}, endpoint, request, cursor, observed_at, 500, base_url, encoding, x'00',
    body_sha256, chain_sha256 FROM observations WHERE seq = ${of}`

const insert = (how: string, row: string, conflict = "") =>
  `${how} INTO observations (${COLUMNS}) ${row} ${conflict}`

const refused: Readonly<Record<string, string>> = {
  "UPDATE of a body": "UPDATE observations SET body = x'00' WHERE seq = 2",
  "UPDATE of nothing in particular": "UPDATE observations SET status = status",
  "UPDATE OR REPLACE of a seq": "UPDATE OR REPLACE observations SET seq = 1 WHERE seq = 2",
  "UPDATE OR IGNORE": "UPDATE OR IGNORE observations SET status = 500",
  "DELETE of one": "DELETE FROM observations WHERE seq = 3",
  "DELETE of all": "DELETE FROM observations",
  "INSERT OR REPLACE on a seq": insert("INSERT OR REPLACE", rowLike(2, { seq: "2", page: "77" })),
  "INSERT OR REPLACE on a key": insert("INSERT OR REPLACE", rowLike(2, { seq: "4" })),
  "REPLACE on a seq and a key": insert("REPLACE", rowLike(3, { seq: "3" })),
  "an upsert on the seq": insert(
    "INSERT",
    `${rowLike(2, { seq: "2", page: "77" })} AND true`,
    "ON CONFLICT (seq) DO UPDATE SET body = excluded.body"
  ),
  "an upsert on the key": insert(
    "INSERT",
    `${rowLike(2, { seq: "4" })} AND true`,
    "ON CONFLICT (feed, slot, request, page) DO UPDATE SET body = excluded.body"
  ),
  "a gap in seq": insert("INSERT", rowLike(3, { seq: "5", page: "77" })),
  "a seq before the first": insert("INSERT", rowLike(3, { seq: "0", page: "77" })),
  "a negative seq": insert("INSERT OR REPLACE", rowLike(3, { seq: "-1", page: "77" })),
  "a gap hidden among many rows": insert(
    "INSERT",
    `${rowLike(3, { seq: "4", page: "77" })} UNION ALL ${rowLike(3, { seq: "6", page: "78" })}`
  )
}

const byDriver = (dataDir: string, sql: string): string =>
  raw(dataDir, (database) => {
    database.pragma("recursive_triggers = OFF")
    try {
      database.exec(sql)
      return ""
    } catch (error) {
      return error instanceof Sqlite.SqliteError ? error.message : assert.fail(String(error))
    }
  })

const byShell = (dataDir: string, sql: string): string =>
  shell(dataDir, `PRAGMA recursive_triggers = OFF; ${sql}`).stderr

const ways = { "better-sqlite3": byDriver, ...(hasShell ? { "the sqlite3 shell": byShell } : {}) }

const rows = (dataDir: string) =>
  raw(dataDir, (database) => database.prepare("SELECT * FROM observations ORDER BY seq").all())

describe.each(Object.entries(ways))("observations refuses, by %s,", (_, run) => {
  it.scoped.each(Object.entries(refused))("%s", ([, sql]) =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.provide(appendAll([answer(0), answer(1), answer(2)]), logIn(folder))
      const before = rows(folder)
      assert.strictEqual(before.length, 3)
      assert.include(run(folder, sql), "append-only")
      assert.deepStrictEqual(rows(folder), before)
      assert.strictEqual(yield* Effect.provide(verifyAll, logIn(folder)), 3)
    })
  )

  it.scoped("not the next row", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.provide(appendAll([answer(0), answer(1)]), logIn(folder))
      assert.strictEqual(run(folder, insert("INSERT", rowLike(2, { seq: "3", page: "77" }))), "")
      assert.strictEqual(rows(folder).length, 3)
    })
  )
})

/** Without that shell, only the driver checks that every object can be read. */
const readers: ReadonlyArray<(dataDir: string, sql: string) => string> = [
  (dataDir, sql) => raw(dataDir, (database) => String(database.prepare(sql).pluck().all().join("\n"))),
  ...(hasShell ? [(dataDir: string, sql: string) => shellAnswer(dataDir, sql)] : [])
]

const shellAnswer = (dataDir: string, sql: string): string => {
  const { status, stderr, stdout } = shell(dataDir, sql)
  assert.deepStrictEqual([status, stderr], [0, ""], sql)
  return stdout.trimEnd()
}

describe("the shell of Debian 12", () => {
  it.scoped("reads every view and table as the driver does", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const markets = [stringsMarket(), stringsMarket({ ticker: "B", status: "finalized", result: "yes" })]
      const events = new TextEncoder().encode(JSON.stringify({ events: [eventBody()] }))
      yield* tell(
        page(0, [...markets, { ticker: "broken" }], 1),
        answer(1, { feed: "events", endpoint: "GET /events", body: events })
      ).pipe(Effect.provide(tablesIn(folder)))
      const names = rowsOf(folder, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
      assert.isAbove(names.length, 10)
      for (const read of readers) {
        for (const { name } of names) {
          const counted = rowsOf(folder, `SELECT count(*) AS n FROM ${name}`)[0]?.n
          assert.strictEqual(read(folder, `SELECT count(*) FROM (SELECT * FROM ${name})`), `${counted}`)
          read(folder, `SELECT * FROM ${name}`)
        }
        assert.strictEqual(read(folder, "PRAGMA integrity_check"), "ok")
      }
      for (const filled of ["markets", "events", "price_snapshots", "settlements", "quarantine"]) {
        assert.isAbove(Number(rowsOf(folder, `SELECT count(*) AS n FROM ${filled}`)[0]?.n), 0, filled)
      }
    })
  )
})
