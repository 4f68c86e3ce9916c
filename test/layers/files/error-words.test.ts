/** Failures of SQLite, DuckDB and the operating system are described in one vocabulary. */
import { mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { whyOf } from "../../../src/layers/files/error-words.ts"
import { scopedFolder } from "../sqlite/support.ts"

const coded = (code: string, message = "library words") => Object.assign(new Error(message), { code })

const thrownBy = (act: () => unknown): unknown => {
  try {
    act()
  } catch (error) {
    return error
  }
  return assert.fail("it succeeded")
}

describe("why something failed", () => {
  for (const [error, words] of [
    [coded("SQLITE_FULL"), /^the disk is full; free some space/],
    [coded("SQLITE_IOERR_SHMSIZE"), /^the disk is full/],
    [coded("SQLITE_IOERR_FSYNC"), /full, over its quota, or failing/],
    [coded("SQLITE_CORRUPT_INDEX"), /the file is damaged; run `kalshi log verify`/],
    [coded("SQLITE_READONLY_DIRECTORY"), /may not be written/],
    [coded("ENOSPC"), /^the disk is full/],
    [coded("EDQUOT"), /quota/],
    [coded("EROFS"), /mounted read-only/],
    [coded("EACCES"), /not allowed/],
    [new Error('IO Error: Could not write file "x": No space left on device'), /^the disk is full/],
    [new Error('IO Error: Cannot open file "x": Permission denied'), /not allowed/],
    [new Error("outer", { cause: coded("ENOSPC") }), /^the disk is full/]
  ] as const) {
    it(`is described in plain words: ${"code" in error ? error.code : error.message}`, () => {
      assert.match(whyOf(error), words)
      assert.notMatch(whyOf(error), /library words|SQLITE|IO Error|E[A-Z]{4,}/)
    })
  }

  it.scoped("names the file if the system has named it, and keeps a message that has no better wording", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const missing = join(folder, "missing")
      assert.strictEqual(
        whyOf(thrownBy(() => readFileSync(missing))),
        `there is no such file or folder (${missing})`
      )
      mkdirSync(join(folder, "taken"))
      assert.match(
        whyOf(thrownBy(() => openSync(join(folder, "taken"), "w"))),
        /a folder stands where there should be a file/
      )
      writeFileSync(join(folder, "letter"), "this is a letter, not a database ".repeat(100))
      const letter = () => new Sqlite(join(folder, "letter")).prepare("SELECT * FROM t")
      assert.strictEqual(whyOf(thrownBy(letter)), "the file is not an SQLite database")
      const wrong = () => new Sqlite(":memory:").prepare("SELECT * FROM t")
      assert.strictEqual(whyOf(thrownBy(wrong)), "no such table: t")
    })
  )
})
