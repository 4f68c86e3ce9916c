/** The tables of an earlier time are those that the log had then, and nothing can be recorded into them. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { make as analyticsOf } from "../../../src/layers/duckdb/query/Analytics.ts"
import { reader, writer } from "../../../src/programs/cli/layers.ts"
import { Replay, type Until } from "../../../src/services/Replay.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { page } from "../projector/observations.ts"
import { everything, outdated, rowsOf, tablesIn, tell } from "../projector/support.ts"
import { failsWith, raw, SLOT, scopedFolder } from "../sqlite/support.ts"

const PAGES = 8

/** Page `n` comes `n` microseconds after the slot. */
const pages = Array.from({ length: PAGES }, (_, n) =>
  page(
    n,
    Array.from({ length: 5 }, (_, m) => stringsMarket({ ticker: `T${n + m}`, title: `title ${n}` })),
    n,
    { slot: SLOT + n * 900 }
  )
)

const recorded = Effect.tap(scopedFolder, (folder) => Effect.provide(tell(...pages), tablesIn(folder)))

const reconstruct = (until: Until, output: string) =>
  Effect.flatMap(Replay, (replay) => replay.reconstruct(until, output, () => Effect.void))

/** The contents of a folder but for the mark of a reconstruction and the records of the lake. */
const contents = (folder: string) => {
  const { reconstruction, ...rest } = everything(folder)
  return rest
}

describe("reconstruct", () => {
  it.scoped("makes the tables that the log had at each seq and time", () =>
    Effect.gen(function* () {
      const [folder, parent] = [yield* recorded, yield* scopedFolder]
      const times = rowsOf(folder, "SELECT observed_at FROM observations ORDER BY seq").map(
        ({ observed_at }) => String(observed_at)
      )
      for (const seq of [1, 3, PAGES]) {
        const expected = yield* scopedFolder
        yield* Effect.provide(tell(...pages.slice(0, seq)), tablesIn(expected))
        const untils: ReadonlyArray<Until> = [{ seq }, { time: times[seq - 1] ?? "" }]
        for (const [n, until] of untils.entries()) {
          const output = join(parent, `${seq}-${n}`)
          const made = yield* Effect.provide(reconstruct(until, output), tablesIn(folder))
          assert.deepInclude(made, { seq, observedAt: times[seq - 1] ?? "", observations: seq })
          assert.deepStrictEqual(contents(output), contents(expected))
          assert.deepStrictEqual(
            readdirSync(output).filter((name) => name !== "kalshi.db"),
            []
          )
          assert.deepStrictEqual(rowsOf(output, "PRAGMA integrity_check"), [{ integrity_check: "ok" }])
        }
      }
    })
  )

  it.scoped("takes nothing that came later, although an older time stands behind it", () =>
    Effect.gen(function* () {
      const [folder, parent] = [yield* scopedFolder, yield* scopedFolder]
      // The clock was set back after the second answer.
      const jumping = [0, 50, 10].map((second, n) => page(n, [stringsMarket({ ticker: `T${n}` })], second))
      yield* Effect.provide(tell(...jumping), tablesIn(folder))
      const [, , last] = rowsOf(folder, "SELECT observed_at FROM observations ORDER BY seq")
      const { seq } = yield* Effect.provide(
        reconstruct({ time: String(last?.observed_at) }, join(parent, "then")),
        tablesIn(folder)
      )
      assert.strictEqual(seq, 1)
    })
  )

  it.scoped("gives a folder that can be read, with the runs of that time, and that no recorder opens", () =>
    Effect.gen(function* () {
      const [folder, parent] = [yield* recorded, yield* scopedFolder]
      raw(folder, (database) =>
        database.exec(`
          INSERT INTO collection_runs (feed, slot, started_at, finished_at, status, pages, items) VALUES
            ('markets', '2026-11-22T12:15:00Z', '2026-11-22T12:15:00.000001Z', '2026-11-22T12:15:00.000002Z', 'complete', 1, 5),
            ('markets', '2026-11-23T12:15:00Z', '2026-11-23T12:15:00.000001Z', '2026-11-23T12:15:01.000001Z', 'complete', 1, 5)`)
      )
      const output = join(parent, "then")
      yield* Effect.provide(reconstruct({ seq: 4 }, output), tablesIn(folder))
      assert.deepStrictEqual(rowsOf(output, "SELECT slot FROM collection_runs"), [
        { slot: "2026-11-22T12:15:00Z" }
      ])
      assert.deepStrictEqual(yield* Effect.provide(outdated, reader(output)), [])
      const { why } = yield* failsWith(
        Effect.provide(Effect.void, writer(output, "collect")),
        "StorageFailed"
      )
      assert.match(why, /only the tables of a recording as they were at seq 4 \(2026-/)
      const countAt = (asOf: string) =>
        analyticsOf({ dataDir: output }).query({ sql: "SELECT count(*) FROM markets", asOf })
      const last = String(rowsOf(output, "SELECT observed_at FROM reconstruction")[0]?.observed_at)
      assert.deepStrictEqual((yield* countAt(last)).rows, [[8]])
      const refused = yield* failsWith(countAt("2026-11-22T12:15:00.000000Z"), "QueryFailed")
      assert.match(refused.why, /without a log: they cannot tell/)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("refuses a folder that is not empty, and a seq and a time that the log does not have", () =>
    Effect.gen(function* () {
      const [folder, parent] = [yield* recorded, yield* scopedFolder]
      mkdirSync(join(parent, "full"))
      writeFileSync(join(parent, "full", "somebodys"), "")
      const attempt = (until: Until, output: string) =>
        failsWith(Effect.provide(reconstruct(until, join(parent, output)), tablesIn(folder)), "WrongUsage")
      assert.match((yield* attempt({ seq: 1 }, "full")).why, /not empty/)
      assert.match((yield* attempt({ seq: PAGES + 1 }, "new")).why, /observations from 1 to 8/)
      assert.match((yield* attempt({ time: "2020-01-01T00:00:00.000000Z" }, "new")).why, /nothing had been/)
      assert.deepStrictEqual(readdirSync(parent), ["full"])
    })
  )
})
