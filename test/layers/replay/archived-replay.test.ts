/** A replay over a log of which a part, or all, is archived makes the same tables as before. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import { isoMicros } from "../../../src/domain/units/time.ts"
import { databasePath } from "../../../src/layers/files/data-dir.ts"
import { rangesUpTo } from "../../../src/layers/replay/range.ts"
import * as SqliteDatabase from "../../../src/layers/sqlite/database/Database.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { run } from "../../programs/run.ts"
import { archiveAll, hotSeqs, segmentsOf } from "../archive/support.ts"
import { observations } from "../projector/observations.ts"
import { catchUp, rebuild, tablesIn, tell } from "../projector/support.ts"
import { answer, appendAll, SLOT, scopedFolder } from "../sqlite/support.ts"

const SMALL = { pieces: 30, pieceBytes: 20_000 }

const secondsFrom = (index: number) => isoMicros((SLOT + 3600 + index) * 1_000_000)

const inOrder = (told: ReadonlyArray<Observation>): ReadonlyArray<Observation> =>
  told.map((one, index) => ({ ...one, page: index, observedAt: secondsFrom(index) }))

const digests = (folder: string) =>
  Effect.map(rebuild, ({ observations, tables }) => ({ observations, tables })).pipe(
    Effect.provide(tablesIn(folder))
  )

/** Verifies in a process of its own, whose workers are processes too. Returns the number of observations. */
const verifyByTwo = (folder: string) =>
  Effect.map(
    run("replay", ["--verify", "--workers", "2", "--json", "--data-dir", folder]),
    ({ code, stderr, stdout }) => {
      assert.strictEqual(code, 0, stderr)
      return JSON.parse(stdout).observations
    }
  )

describe("a replay from the archive", () => {
  it.effect.prop(
    "makes the same tables, wherever the log was cut",
    {
      told: observations(30).map(inOrder),
      cut: fc.double({ min: 0, max: 1, noNaN: true })
    },
    ({ cut, told }) =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        yield* Effect.provide(tell(...told), tablesIn(folder))
        const before = yield* digests(folder)
        for (const index of [Math.floor(cut * told.length), told.length]) {
          yield* archiveAll(folder, SMALL, secondsFrom(index))
          assert.deepStrictEqual(yield* digests(folder), before, `sealed up to ${index}`)
        }
        assert.deepStrictEqual(hotSeqs(folder), [])
      }).pipe(Effect.scoped),
    { fastCheck: { seed: 5, numRuns: 4 } }
  )

  const listing = (slot: number): Observation =>
    answer(slot, {
      slot: SLOT + slot * 900,
      observedAt: secondsFrom(slot),
      body: new TextEncoder().encode(
        JSON.stringify({
          cursor: "",
          markets: Array.from({ length: 20 }, (_, n) =>
            stringsMarket({ ticker: `M${n}`, title: `${slot % 3}` })
          )
        })
      )
    })
  const told = Array.from({ length: 24 }, (_, slot) => listing(slot))

  it.scopedLive(
    "is done by two workers, of which one reads the archive and the other both",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        yield* Effect.provide(tell(...told), tablesIn(folder))
        yield* archiveAll(folder, SMALL, secondsFrom(17))
        assert.isAbove(segmentsOf(folder).length, 0)
        assert.strictEqual(yield* verifyByTwo(folder), told.length)
        yield* archiveAll(folder, SMALL)
        assert.strictEqual(yield* verifyByTwo(folder), told.length)
      }),
    120_000
  )

  it.scoped("cuts the archived and the hot part into ranges of about the same weight", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.provide(tell(...told), tablesIn(folder))
      const ranges = Effect.provide(
        rangesUpTo(undefined, 4),
        SqliteDatabase.layer(databasePath(folder), "reader")
      )
      const hot = yield* ranges
      yield* archiveAll(folder, SMALL, secondsFrom(13))
      const both = yield* ranges
      yield* archiveAll(folder, SMALL)
      for (const found of [hot, both, yield* ranges]) {
        assert.strictEqual(found.length, 4)
        assert.deepStrictEqual([found[0].from, found.at(-1)?.to], [1, 24])
        for (const { from, to } of found) assert.isAtMost(Math.abs(to - from + 1 - 6), 1)
      }
    })
  )

  it.scoped("lets the tables catch up with what was archived before it was read", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.provide(tell(...told.slice(0, 4)), tablesIn(folder))
      const other = yield* scopedFolder
      yield* Effect.provide(tell(...told), tablesIn(other))
      const whole = yield* digests(other)
      yield* Effect.provide(
        Effect.gen(function* () {
          yield* catchUp()
          yield* appendAll(told.slice(4))
          yield* archiveAll(folder, SMALL)
          assert.strictEqual((yield* catchUp()).observations, told.length - 4)
        }),
        tablesIn(folder)
      )
      assert.deepStrictEqual(yield* digests(folder), whole)
    })
  )
})
