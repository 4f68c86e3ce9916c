/** The SQL that docs/running.md shows for the archive, in a DuckDB that knows nothing of this project. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { DuckDBInstance } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { archiveAll, record, recording } from "../layers/archive/support.ts"
import { scopedFolder } from "../layers/sqlite/support.ts"

const section = /## The archive\n([\s\S]*?)\n## /.exec(
  readFileSync(fileURLToPath(new URL("../../docs/running.md", import.meta.url)), "utf8")
)?.[1]
const sql = /```sql\n([\s\S]*?)```/.exec(section ?? "")?.[1]

const inDuckDb = (statement: string) =>
  Effect.promise(async () => {
    const instance = await DuckDBInstance.create(":memory:", {
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false"
    })
    try {
      const reader = await (await instance.connect()).runAndReadAll(statement)
      return reader.getRowsJson()
    } finally {
      instance.closeSync()
    }
  })

describe("the archive of docs/running.md", () => {
  it.scopedLive("gives the raw JSON of one market over time, across segments", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      const answers = recording()
      yield* record(dataDir, answers)
      yield* archiveAll(dataDir, { pieces: 130 })
      // Market 8 moves in the second of four slots, and is as before in the third.
      const expected = answers.flatMap(({ body, observedAt }) => {
        const json = /\{"can_close_early":[^{}]*"ticker":"M-8"[^{}]*\}/.exec(
          Buffer.from(body).toString()
        )?.[0]
        return json === undefined ? [] : [[observedAt, json]]
      })
      assert.strictEqual(expected.length, 4)
      assert.strictEqual(new Set(expected.map(([, json]) => json)).size, 2)
      const statement = (sql ?? assert.fail("no SQL"))
        .replaceAll("'data/archive", `'${dataDir}/archive`)
        .replace("KXBTC15M-26NOV221215-15", "M-8")
      assert.deepStrictEqual(yield* inDuckDb(statement), expected)
    })
  )

  it("names every column of the two files", () => {
    for (const name of [
      "id",
      "kind",
      "key",
      "first_seq",
      "last_seq",
      "body",
      "separator",
      "pieces",
      "link_sha256"
    ])
      assert.include(section, `\`${name}\``)
  })
})
