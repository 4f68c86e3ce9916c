/** A rebuild beside a recorder: nothing that is recorded meanwhile is lost, and the result is that of a replay. */
import { pathToFileURL } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Ref } from "effect"
import { inject } from "vitest"
import { ObservationLog } from "../../../src/services/ObservationLog.ts"
import { Replay } from "../../../src/services/Replay.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { page } from "../projector/observations.ts"
import { catchUp, everything, outdated, rowsOf, tablesIn, tell, verify } from "../projector/support.ts"
import { failsWith, raw, SLOT, scopedFolder } from "../sqlite/support.ts"

/** Starting processes takes seconds when many tests share two cores. */
const PATIENCE = 300_000

const MARKETS = 150

const slot = (n: number) =>
  page(
    n,
    Array.from({ length: MARKETS }, (_, m) =>
      stringsMarket({ ticker: `T${(m * 7 + n) % 200}`, title: n % 5 === 4 ? 7 : `title ${n % 3}` })
    ),
    n,
    { slot: SLOT + n * 900 }
  )

const slots = (from: number, count: number) => Array.from({ length: count }, (_, n) => slot(from + n))

/** Makes the tables those of an earlier version, in their version and in their contents. */
const age = (folder: string, projection = "markets") =>
  raw(folder, (database) => {
    database.exec(`UPDATE projection_checkpoints SET version = 0 WHERE projection = '${projection}'`)
    database.exec("UPDATE market_rows SET title = 'of an earlier version'")
  })

/** The workers are started with the options of this process. */
const withBundledWorkers = () => {
  const loader = new URL("../../programs/bundled-workers.mjs", import.meta.url)
  loader.searchParams.set("folder", pathToFileURL(inject("programs")).href)
  return ["--import", loader.href]
}

beforeAll(() => void process.execArgv.push(...withBundledWorkers()))
afterAll(() => void process.execArgv.splice(-2))

const rebuildBeside = Effect.gen(function* () {
  const replay = yield* Replay
  yield* replay.rebuildBeside(yield* outdated, () => Effect.void)
})

describe("a rebuild beside a recorder", { timeout: PATIENCE }, () => {
  it.scopedLive("gives the tables that the log says, with what was recorded meanwhile", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        yield* tell(...slots(0, 12))
        age(folder)
        const log = yield* ObservationLog
        const replay = yield* Replay
        const appended = yield* Ref.make(12)
        const recorder = yield* Ref.getAndUpdate(appended, (n) => n + 1).pipe(
          Effect.flatMap((n) => log.append(slot(n))),
          Effect.delay("100 millis"),
          Effect.forever,
          Effect.forkScoped
        )
        const phases = yield* Ref.make<ReadonlySet<string>>(new Set())
        yield* replay.rebuildBeside(yield* outdated, ({ done, of, phase }) =>
          Effect.zipRight(
            Effect.sync(() => assert.isAtMost(done, of)),
            Ref.update(phases, (all) => new Set([...all, phase]))
          )
        )
        yield* Fiber.interrupt(recorder)
        assert.sameMembers([...(yield* Ref.get(phases))], ["reading", "copying"])
        assert.deepStrictEqual(yield* outdated, [])
        const { seq } = yield* catchUp()
        assert.strictEqual(seq, yield* Effect.map(log.head, ({ seq }) => seq))
        assert.isAbove(seq, 12, "something was recorded meanwhile")
        yield* verify
        const [count] = rowsOf(folder, "SELECT count(DISTINCT snapshot_time) AS n FROM price_snapshots")
        assert.strictEqual(count?.n, seq, "every slot is there")
      }).pipe(Effect.provide(tablesIn(folder)))
      assert.deepStrictEqual(
        rowsOf(folder, "SELECT name FROM sqlite_master WHERE name LIKE 'kalshi_%' OR sql LIKE '%kalshi_re%'"),
        []
      )
      assert.deepStrictEqual(rowsOf(folder, "PRAGMA integrity_check"), [{ integrity_check: "ok" }])
    })
  )

  it.scopedLive("can be repeated, and a replay after it gives indexes their names again", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        yield* tell(...slots(0, 3))
        const before = everything(folder)
        const indexes = () =>
          rowsOf(folder, "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").length
        const count = indexes()
        for (const time of ["once", "twice"]) {
          age(folder)
          yield* rebuildBeside
          assert.deepStrictEqual(everything(folder), before, time)
          assert.strictEqual(indexes(), count)
        }
        const replay = yield* Replay
        yield* replay.rebuild(() => Effect.void)
        assert.deepStrictEqual(everything(folder), before)
        assert.deepStrictEqual(
          rowsOf(folder, "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE '%_2'"),
          []
        )
      }).pipe(Effect.provide(tablesIn(folder)))
    })
  )

  it.scopedLive("rebuilds a projection without ids alone", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        yield* tell(...slots(0, 2))
        raw(folder, (database) => database.exec("UPDATE market_rows SET title = 'stays'"))
        raw(folder, (database) =>
          database.exec("UPDATE projection_checkpoints SET version = 0 WHERE projection = 'series'")
        )
        yield* rebuildBeside
        assert.deepStrictEqual(yield* outdated, [])
        assert.deepStrictEqual(rowsOf(folder, "SELECT DISTINCT title FROM market_rows"), [{ title: "stays" }])
      }).pipe(Effect.provide(tablesIn(folder)))
    })
  )

  it.scopedLive("that is interrupted while it reads or copies leaves the tables as they were", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        yield* tell(...slots(0, 20))
        const right = everything(folder)
        age(folder)
        const before = everything(folder)
        const replay = yield* Replay
        for (const until of ["reading", "copying"]) {
          const reached = yield* Deferred.make<void>()
          const rebuilding = yield* replay
            .rebuildBeside(["markets"], ({ phase }) =>
              phase === until
                ? Effect.zipRight(Deferred.succeed(reached, undefined), Effect.never)
                : Effect.void
            )
            .pipe(Effect.forkScoped)
          yield* Effect.raceFirst(Deferred.await(reached), Fiber.join(rebuilding))
          yield* Fiber.interrupt(rebuilding)
        }
        const own = Object.fromEntries(
          Object.entries(everything(folder)).filter(([name]) => !name.startsWith("kalshi_"))
        )
        assert.deepStrictEqual(own, before)
        yield* replay.removeRemains
        assert.deepStrictEqual(everything(folder), before)
        yield* rebuildBeside
        assert.deepStrictEqual(everything(folder), right)
      }).pipe(Effect.provide(tablesIn(folder)))
    })
  )

  it.scopedLive("of a damaged log names the row, and leaves the tables as they were", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        yield* tell(...slots(0, 4))
        age(folder)
        const before = everything(folder)
        raw(folder, (database) => {
          database.exec("DROP TRIGGER observations_no_update")
          database.exec("UPDATE observations SET body = x'00', encoding = 'identity' WHERE seq = 3")
        })
        const { seq } = yield* failsWith(rebuildBeside, "LogDamaged")
        assert.strictEqual(seq, 3)
        assert.deepStrictEqual(everything(folder), before)
      }).pipe(Effect.provide(tablesIn(folder)))
    })
  )
})
