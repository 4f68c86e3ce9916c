/** One SQLite file: its pragmas, its transactions under every kind of failure, and its migrations. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Cause, Deferred, Effect, Exit, Fiber, Option } from "effect"
import { databasePath } from "../../../../src/layers/files/data-dir.ts"
import * as SqliteDatabase from "../../../../src/layers/sqlite/database/Database.ts"
import { Database } from "../../../../src/layers/sqlite/database/Database.ts"
import { migrate } from "../../../../src/layers/sqlite/database/migrations.ts"
import { rowsOf } from "../../projector/support.ts"
import { databaseIn, failsWith, raw, scopedFolder } from "../support.ts"

const open = (folder: string, mode: SqliteDatabase.Mode) => SqliteDatabase.make(databasePath(folder), mode)

/** A writer's database with one small table. */
const withNotes = Effect.gen(function* () {
  const folder = yield* scopedFolder
  const database = yield* open(folder, "writer")
  yield* database.sql`CREATE TABLE notes (id INTEGER PRIMARY KEY, note TEXT NOT NULL)`.unprepared
  yield* database.sql`
    CREATE TABLE answers (
      id INTEGER PRIMARY KEY,
      note INTEGER NOT NULL REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED
    )`.unprepared
  const { sql } = database
  const add = (note: string) => sql`INSERT INTO notes (note) VALUES (${note})`
  const notes = Effect.map(sql<{ note: string }>`SELECT note FROM notes ORDER BY id`, (rows) =>
    rows.map(({ note }) => note)
  )
  return { ...database, folder, add, notes }
})

const fillTheDisk = (sql: Database["Type"]["sql"]) =>
  Effect.gen(function* () {
    const [count] = yield* sql<{ page_count: number }>`PRAGMA page_count`
    yield* sql.unsafe(`PRAGMA max_page_count = ${(count?.page_count ?? 0) + 1}`).unprepared
  })

const freeTheDisk = (sql: Database["Type"]["sql"]) => sql`PRAGMA max_page_count = 1000000000`.unprepared

const LARGE = "x".repeat(100_000)

/** The file as another process sees it. */
const onDisk = (folder: string) =>
  rowsOf(folder, "SELECT note FROM notes ORDER BY id").map(({ note }) => note)

describe("pragmas", () => {
  const pragmas = (database: Database["Type"], names: ReadonlyArray<string>) =>
    Effect.map(
      Effect.forEach(names, (name) => database.sql.unsafe<Record<string, unknown>>(`PRAGMA ${name}`)),
      (rows) =>
        Object.fromEntries(names.map((name, index) => [name, Object.values(rows[index]?.[0] ?? {})[0]]))
    )

  it.scoped("a new file has large pages, and an existing one keeps its page size", () =>
    Effect.gen(function* () {
      const pageSize = (folder: string) =>
        Effect.flatMap(open(folder, "writer"), (database) =>
          pragmas(database, ["page_size", "journal_mode", "wal_autocheckpoint"])
        )
      const [fresh, old] = [yield* scopedFolder, yield* scopedFolder]
      const before = new Sqlite(databasePath(old))
      before.exec("PRAGMA journal_mode = wal; CREATE TABLE notes (note TEXT)")
      before.close()
      assert.deepStrictEqual(yield* pageSize(fresh), {
        page_size: 16_384,
        journal_mode: "wal",
        wal_autocheckpoint: 1024
      })
      assert.deepStrictEqual(yield* pageSize(old), {
        page_size: 4096,
        journal_mode: "wal",
        wal_autocheckpoint: 4096
      })
    })
  )

  it.scoped("a writer's commit is on the disk, whatever happened before", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      for (const opening of ["first", "second"]) {
        const read = yield* Effect.scoped(
          Effect.gen(function* () {
            const database = yield* open(folder, "writer")
            yield* database.transaction(database.sql`CREATE TABLE IF NOT EXISTS t (a)`)
            const names = [
              "journal_mode",
              "synchronous",
              "recursive_triggers",
              "trusted_schema",
              "foreign_keys"
            ]
            return yield* pragmas(database, [...names, "busy_timeout", "query_only"])
          })
        )
        const wanted = { journal_mode: "wal", synchronous: 2, recursive_triggers: 1, trusted_schema: 0 }
        assert.deepStrictEqual(
          read,
          { ...wanted, foreign_keys: 1, busy_timeout: 5000, query_only: 0 },
          `the ${opening} opening`
        )
      }
    })
  )

  it.scoped("a reader writes nothing beside a writer", () =>
    Effect.gen(function* () {
      const { add, folder } = yield* withNotes
      yield* add("one")
      const reader = yield* open(folder, "reader")
      const read = yield* pragmas(reader, ["query_only", "trusted_schema", "busy_timeout"])
      assert.deepStrictEqual(read, { query_only: 1, trusted_schema: 0, busy_timeout: 5000 })
      assert.lengthOf(yield* reader.sql`SELECT note FROM notes`, 1)
      const refused = yield* Effect.exit(reader.sql`DELETE FROM notes`)
      assert.isTrue(Exit.isFailure(refused))
      yield* add("two")
      assert.lengthOf(yield* reader.sql`SELECT note FROM notes`, 2)
    })
  )

  it.scoped("a scratch database keeps its journal in memory", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const scratch = yield* open(folder, "scratch")
      const read = yield* pragmas(scratch, ["journal_mode", "synchronous", "temp_store"])
      assert.deepStrictEqual(read, { journal_mode: "memory", synchronous: 0, temp_store: 1 })
    })
  )
})

describe("a transaction", () => {
  it.scoped("commits everything, or nothing on a failure", () =>
    Effect.gen(function* () {
      const { add, folder, notes, transaction } = yield* withNotes
      yield* transaction(Effect.zipRight(add("a"), add("b")))
      const failed = yield* Effect.exit(transaction(Effect.zipRight(add("c"), Effect.fail("no" as const))))
      assert.deepStrictEqual(failed, Exit.fail("no"))
      assert.deepStrictEqual(yield* notes, ["a", "b"])
      assert.deepStrictEqual(onDisk(folder), ["a", "b"])
    })
  )

  it.scoped("rolls back on a defect, and passes the defect on", () =>
    Effect.gen(function* () {
      const { add, notes, transaction } = yield* withNotes
      const died = yield* Effect.exit(transaction(Effect.zipRight(add("a"), Effect.die("a bug"))))
      assert.isTrue(Exit.isFailure(died) && Option.isSome(Cause.dieOption(died.cause)))
      yield* transaction(add("b"))
      assert.deepStrictEqual(yield* notes, ["b"])
    })
  )

  it.scoped("that is nested is a savepoint: its failure undoes only its own rows", () =>
    Effect.gen(function* () {
      const { add, folder, transaction } = yield* withNotes
      yield* transaction(
        Effect.gen(function* () {
          yield* add("outer")
          yield* transaction(add("kept"))
          yield* Effect.exit(transaction(Effect.zipRight(add("lost"), Effect.fail("no"))))
          yield* transaction(Effect.zipRight(add("kept too"), Effect.exit(transaction(Effect.fail("no")))))
        })
      )
      assert.deepStrictEqual(onDisk(folder), ["outer", "kept", "kept too"])
    })
  )

  it.scoped("whose outer part fails undoes the nested one too", () =>
    Effect.gen(function* () {
      const { add, notes, transaction } = yield* withNotes
      yield* Effect.exit(transaction(Effect.zipRight(transaction(add("nested")), Effect.fail("no"))))
      assert.deepStrictEqual(yield* notes, [])
    })
  )

  it.scoped("whose COMMIT fails is a typed failure, and the next one is on the disk", () =>
    Effect.gen(function* () {
      const { add, folder, sql, transaction } = yield* withNotes
      yield* add("before")
      const orphan = Effect.zipRight(add("with it"), sql`INSERT INTO answers (note) VALUES (99)`)
      const { why } = yield* failsWith(transaction(orphan), "StorageFailed")
      assert.match(why, /FOREIGN KEY/)
      yield* transaction(add("after"))
      yield* add("alone")
      assert.deepStrictEqual(onDisk(folder), ["before", "after", "alone"])
    })
  )

  it.scoped("on a full disk is a typed failure with that reason, and the next one is on the disk", () =>
    Effect.gen(function* () {
      const { add, folder, sql, transaction } = yield* withNotes
      yield* add("before")
      yield* fillTheDisk(sql)
      const { why } = yield* failsWith(
        transaction(Effect.zipRight(add("small"), add(LARGE))).pipe(SqliteDatabase.storage("noting")),
        "StorageFailed"
      )
      assert.include(why, "the disk is full")
      assert.deepStrictEqual(onDisk(folder), ["before"])
      yield* freeTheDisk(sql)
      yield* transaction(add("after"))
      assert.deepStrictEqual(onDisk(folder), ["before", "after"])
    })
  )

  it.scoped("that is nested reports a full disk in the same way", () =>
    Effect.gen(function* () {
      const { add, folder, sql, transaction } = yield* withNotes
      yield* fillTheDisk(sql)
      const nested = transaction(Effect.zipRight(add("small"), transaction(add(LARGE))))
      const { why } = yield* failsWith(nested.pipe(SqliteDatabase.storage("noting")), "StorageFailed")
      assert.include(why, "the disk is full")
      yield* freeTheDisk(sql)
      yield* transaction(add("after"))
      assert.deepStrictEqual(onDisk(folder), ["after"])
    })
  )

  it.scoped("that is interrupted is rolled back, and the next one is on the disk", () =>
    Effect.gen(function* () {
      const { add, folder, transaction } = yield* withNotes
      const inside = yield* Deferred.make<void>()
      const running = yield* Effect.fork(
        transaction(
          add("lost").pipe(
            Effect.zipRight(Deferred.succeed(inside, undefined)),
            Effect.zipRight(Effect.never)
          )
        )
      )
      yield* Deferred.await(inside)
      yield* Fiber.interrupt(running)
      yield* transaction(add("after"))
      assert.deepStrictEqual(onDisk(folder), ["after"])
    })
  )

  it.scoped("excludes all others, so that no statement runs in the transaction of another", () =>
    Effect.gen(function* () {
      const { add, folder, transaction } = yield* withNotes
      const one = (name: string) =>
        transaction(
          add(`${name}1`).pipe(
            Effect.zipRight(Effect.yieldNow()),
            Effect.zipRight(add(`${name}2`)),
            Effect.zipRight(name === "b" ? Effect.fail("no") : Effect.void)
          )
        )
      yield* Effect.forEach(["a", "b", "c"], (name) => Effect.exit(one(name)), { concurrency: "unbounded" })
      assert.deepStrictEqual(onDisk(folder), ["a1", "a2", "c1", "c2"])
    })
  )

  it.scoped("on a closed database ends, and so does the next", () =>
    Effect.gen(function* () {
      const { transaction } = yield* Effect.scoped(withNotes)
      for (const _ of [1, 2]) {
        const exit = yield* Effect.exit(transaction(Effect.void))
        assert.include(String(Exit.isFailure(exit) && Cause.squash(exit.cause)), "not open")
      }
    })
  )
})

describe("opening", () => {
  it.scoped(
    "a missing folder, a folder in place of the file, and a file of another kind are typed failures",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        for (const mode of ["writer", "reader"] as const) {
          const { why } = yield* failsWith(open(join(folder, "nowhere"), mode), "StorageFailed")
          assert.isAbove(why.length, 10)
        }
        const taken = join(folder, "taken")
        mkdirSync(databasePath(taken), { recursive: true })
        yield* failsWith(open(taken, "writer"), "StorageFailed")
        const other = join(folder, "other")
        mkdirSync(other)
        writeFileSync(databasePath(other), "this is a letter, not a database ".repeat(100))
        const { why } = yield* failsWith(open(other, "writer"), "StorageFailed")
        assert.include(why, "not an SQLite database")
      })
  )
})

const root = fileURLToPath(new URL("../../../..", import.meta.url))

describe("migrations", () => {
  const permanentFiles = readdirSync(join(root, "migrations"))
    .filter((name) => name.startsWith("00"))
    .map((name) => name.replace(/\.ts$/, ""))
    .sort()

  const applied = (folder: string) =>
    rowsOf(folder, "SELECT migration_id, name FROM effect_sql_migrations ORDER BY migration_id").map(
      ({ migration_id, name }) => `${String(migration_id).padStart(4, "0")}_${name}`
    )

  it.scoped("of the log and the records are the files in the folder, each applied once", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.provide(Effect.void, databaseIn(folder))
      assert.deepStrictEqual(applied(folder), permanentFiles)
      const before = rowsOf(folder, "SELECT * FROM sqlite_master")
      yield* Effect.provide(Effect.void, databaseIn(folder))
      assert.deepStrictEqual(applied(folder), permanentFiles)
      assert.deepStrictEqual(rowsOf(folder, "SELECT * FROM sqlite_master"), before)
    })
  )

  it.scoped("of a newer version are left alone, and the database is refused with advice", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.provide(Effect.void, databaseIn(folder))
      raw(folder, (database) =>
        database.exec(
          "INSERT INTO effect_sql_migrations (migration_id, name) VALUES (999, 'from_the_future')"
        )
      )
      const { why } = yield* failsWith(Effect.provide(Effect.void, databaseIn(folder)), "StorageFailed")
      assert.match(why, /1, 2, 3, .*999 are applied/)
      assert.match(why, /use the version that wrote this directory, or a newer one/)
    })
  )

  it.scoped("that a lock prevents are a failure, and succeed when the lock is gone", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const database = yield* open(folder, "writer")
      yield* database.sql`PRAGMA busy_timeout = 20`
      const migrating = Effect.provideService(migrate, Database, database)
      const holder = yield* Effect.acquireRelease(
        Effect.sync(() => new Sqlite(databasePath(folder))),
        (opened) => Effect.sync(() => opened.close())
      )
      holder.exec("BEGIN IMMEDIATE")
      yield* failsWith(migrating, "StorageFailed")
      holder.exec("COMMIT")
      yield* Effect.provide(Effect.void, databaseIn(folder))
      assert.deepStrictEqual(applied(folder), permanentFiles)
    })
  )

  it.scoped("on a full disk are a typed failure, and are completed afterwards", () =>
    Effect.gen(function* () {
      for (const pages of [1, 2, 4, 7, 12, 16, 20]) {
        const folder = yield* scopedFolder
        yield* Effect.scoped(
          Effect.gen(function* () {
            const database = yield* open(folder, "writer")
            yield* database.sql.unsafe(`PRAGMA max_page_count = ${pages}`).unprepared
            const { why } = yield* failsWith(
              Effect.provideService(migrate, Database, database),
              "StorageFailed"
            )
            assert.include(why, "the disk is full", `${pages} pages`)
          })
        )
        yield* Effect.provide(Effect.void, databaseIn(folder))
        assert.deepStrictEqual(applied(folder), permanentFiles)
        assert.isAbove(rowsOf(folder, "SELECT projection FROM projection_checkpoints").length, 3)
      }
    })
  )
})
