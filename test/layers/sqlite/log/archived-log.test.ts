/** The log is one log: sealing any part of it changes nothing that a reader sees. */
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, FastCheck as fc, Layer, Option, Ref, Stream } from "effect"
import type { Observation } from "../../../../src/domain/observation.ts"
import { isoMicros } from "../../../../src/domain/units/time.ts"
import * as SqliteDatabase from "../../../../src/layers/sqlite/database/Database.ts"
import * as SqliteLog from "../../../../src/layers/sqlite/log/ObservationLog.ts"
import { ObservationLog } from "../../../../src/services/ObservationLog.ts"
import { ALL, archiveAll, hotSeqs, record, recording, segmentsOf } from "../../archive/support.ts"
import {
  answer,
  append,
  head,
  logIn,
  noise,
  readFrom,
  readOnlyLogIn,
  SLOT,
  scopedFolder
} from "../support.ts"

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

/** Small segments, so that a short log has several. */
const SMALL = { pieces: 40, pieceBytes: 30_000 }

/** Everything that a reader of the log can see, from some seqs on. */
const seen = (starts: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const log = yield* ObservationLog
    const end = yield* log.head
    return {
      head: end,
      rows: yield* Effect.forEach(starts, (from) => readFrom(from)),
      entries: yield* Effect.forEach(starts, (from) =>
        Effect.map(Stream.runCollect(log.entries({ from, to: from + 7 })), Chunk.toReadonlyArray)
      ),
      single: yield* Effect.forEach([0, ...starts, end.seq + 1], (seq) => log.get(seq)),
      lastPages: [...(yield* log.lastPages("markets", SLOT + 900))].sort(),
      verified: yield* Effect.forEach(
        starts.filter((from) => from <= end.seq),
        (from) => Stream.runLast(log.verify({ from, to: from + 9 }))
      ).pipe(Effect.map((ends) => ends.map(Option.getOrNull)))
    }
  })

const inReader = <A, E>(folder: string, self: Effect.Effect<A, E, ObservationLog>) =>
  Effect.provide(self, readOnlyLogIn(folder))

const anyBody = fc.oneof(
  fc.constant(new Uint8Array(0)),
  fc.uint8Array({ maxLength: 300 }),
  fc
    .array(fc.record({ ticker: fc.constantFrom("A", "B", "C"), yes: fc.integer({ min: 1, max: 99 }) }), {
      maxLength: 12
    })
    .map((markets) => new TextEncoder().encode(JSON.stringify({ markets, cursor: "" })))
)

const anyLog = fc
  .array(fc.tuple(fc.constantFrom("markets", "trades"), fc.integer({ min: 0, max: 3 }), anyBody), {
    minLength: 1,
    maxLength: 40
  })
  .map((said) =>
    said.map(
      ([feed, slot, body], index): Observation =>
        answer(index, {
          feed,
          slot: SLOT + slot * 900,
          request: `/${feed}?n=${index % 5}`,
          observedAt: isoMicros((SLOT + 3600 + index) * 1_000_000),
          body
        })
    )
  )

const sealedBefore = (index: number) => isoMicros((SLOT + 3600 + index) * 1_000_000)

describe("a log of which a part is archived", () => {
  it.effect.prop(
    "reads as it did before, wherever it was cut",
    { said: anyLog, cuts: fc.array(fc.integer({ min: 0, max: 41 }), { minLength: 1, maxLength: 3 }) },
    ({ cuts, said }) =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        yield* record(folder, said)
        const starts = [1, 2, Math.ceil(said.length / 2), said.length, said.length + 1]
        const before = yield* inReader(folder, seen(starts))
        for (const cut of cuts.toSorted((one, other) => one - other)) {
          yield* archiveAll(folder, SMALL, sealedBefore(cut))
          assert.deepStrictEqual(yield* inReader(folder, seen(starts)), before, `cut at ${cut}`)
        }
      }).pipe(Effect.scoped),
    { fastCheck: { seed: 13, numRuns: 5 } }
  )

  it.scopedLive("is read without a missing or a doubled row while rows move", () =>
    Effect.gen(function* () {
      const said = upTo(60).map((index) =>
        answer(index, {
          observedAt: sealedBefore(index),
          // Two rows fill a batch. A cut within the next batch leaves a part of it in SQLite.
          body: noise(90_000, index + 1)
        })
      )
      const folder = yield* scopedFolder
      yield* record(folder, said)
      const moves = yield* Ref.make([2, 3, 7, 25, 26, 60])
      const seqs = yield* Effect.gen(function* () {
        const log = yield* ObservationLog
        return yield* log.read({ from: 1 }).pipe(
          Stream.tap(() =>
            Effect.flatMap(
              Ref.modify(moves, ([cut, ...others]) => [cut, others]),
              (cut) => (cut === undefined ? Effect.void : archiveAll(folder, undefined, sealedBefore(cut)))
            )
          ),
          Stream.flattenIterables,
          Stream.map(({ seq }) => seq),
          Stream.runCollect
        )
      }).pipe(Effect.provide(readOnlyLogIn(folder)))
      assert.deepStrictEqual(
        [...seqs],
        upTo(60).map((index) => index + 1)
      )
      assert.deepStrictEqual(hotSeqs(folder), [])
    })
  )

  it.scopedLive("verifies and lists while rows move", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const said = recording(6)
      yield* record(folder, said)
      yield* Effect.gen(function* () {
        const log = yield* ObservationLog
        const moving = (cut: number) => archiveAll(folder, SMALL, said[cut]?.observedAt ?? ALL)
        const listed = log
          .entries({ from: 1 })
          .pipe(Stream.tap(({ seq }) => (seq === 3 ? moving(9) : Effect.void)))
        assert.lengthOf([...(yield* Stream.runCollect(listed))], said.length)
        const verified = log.verify({ from: 1 }).pipe(Stream.tap(() => moving(said.length)))
        assert.deepStrictEqual(yield* Stream.runLast(verified), Option.some(said.length))
      }).pipe(Effect.provide(readOnlyLogIn(folder)))
    })
  )

  it.scoped("grows on behind its archive, and knows the keys in it", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const said = [answer(0), answer(1)]
      yield* record(folder, said)
      yield* archiveAll(folder)
      assert.deepStrictEqual(hotSeqs(folder), [])
      yield* Effect.gen(function* () {
        assert.strictEqual((yield* head).seq, 2)
        assert.deepStrictEqual(yield* append(answer(1, { body: noise(9) })), { seq: 2, fresh: false })
        assert.deepStrictEqual(yield* append(answer(2)), { seq: 3, fresh: true })
        assert.deepStrictEqual(
          (yield* readFrom(1)).map(({ page, seq }) => [page, seq]),
          [0, 1, 2].map((page) => [page, page + 1])
        )
        const log = yield* ObservationLog
        assert.deepStrictEqual(yield* Stream.runLast(log.verify({ from: 1 })), Option.some(3))
      }).pipe(Effect.provide(logIn(folder)))
    })
  )

  it.scoped("gives single observations in any order, however large they are", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      // Three bodies fill what is read ahead.
      const said = upTo(5).map((index) => answer(index, { body: new Uint8Array(6_000_000).fill(index) }))
      yield* record(folder, said)
      yield* archiveAll(folder)
      yield* Effect.gen(function* () {
        const log = yield* ObservationLog
        for (const seq of [1, 2, 3, 5, 6, 4, 4, 1]) {
          const found = Option.map(yield* log.get(seq), ({ body }) => [body.length, body[0]])
          assert.deepStrictEqual(found, seq > 5 ? Option.none() : Option.some([6_000_000, seq - 1]))
        }
      }).pipe(Effect.provide(readOnlyLogIn(folder)))
    })
  )

  it.scoped("is read in a directory of an earlier version, which has no record of segments", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* record(folder, [answer(0)])
      yield* Effect.gen(function* () {
        const { sql } = yield* SqliteDatabase.Database
        for (const trigger of ["observations_no_delete", "observations_contiguous"])
          yield* sql.unsafe(`DROP TRIGGER ${trigger}`)
        yield* sql`DROP TABLE archive_segments`
        assert.strictEqual((yield* head).seq, 1)
        assert.lengthOf(yield* readFrom(1), 1)
      }).pipe(
        Effect.provide(
          SqliteLog.layer.pipe(Layer.provideMerge(SqliteDatabase.layer(`${folder}/kalshi.db`, "writer")))
        )
      )
    })
  )

  it.scoped("has several segments in these tests", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* record(folder)
      yield* archiveAll(folder, SMALL)
      assert.isAbove(segmentsOf(folder).length, 2)
    })
  )
})
