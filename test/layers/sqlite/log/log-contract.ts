/** The contract of every ObservationLog (services/ObservationLog.ts), whatever its implementation. */
import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, FastCheck, type Layer, Option, Stream } from "effect"
import type { StorageFailed } from "../../../../src/domain/errors.ts"
import type { Observation } from "../../../../src/domain/observation.ts"
import { ObservationLog } from "../../../../src/services/ObservationLog.ts"
import { answer, append, appendAll, head, noise, readAll, SLOT, scopedFolder, verifyAll } from "../support.ts"

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)
const seqs = (rows: ReadonlyArray<{ readonly seq: number }>) => rows.map(({ seq }) => seq)

const logged = (seq: number, said: Observation) => ({ ...said, seq, bodySha256: sha256(said.body) })

/** `open` opens the log of a folder, which may already exist. */
export const logContract = (
  name: string,
  open: (folder: string) => Layer.Layer<ObservationLog, StorageFailed>
) => {
  const inFolder =
    (folder: string) =>
    <A, E>(self: Effect.Effect<A, E, ObservationLog>) =>
      Effect.provide(self, open(folder))
  const inNewFolder = <A, E>(self: Effect.Effect<A, E, ObservationLog>) =>
    Effect.flatMap(scopedFolder, (folder) => inFolder(folder)(self))

  describe(`${name} keeps the contract of the log`, () => {
    it.scoped("an empty log has head 0, returns nothing, and verifies", () =>
      Effect.gen(function* () {
        const log = yield* ObservationLog
        assert.strictEqual((yield* log.head).seq, 0)
        assert.deepStrictEqual(yield* readAll, [])
        assert.strictEqual(yield* verifyAll, 0)
        assert.isTrue(Option.isNone(yield* log.get(1)))
        assert.isTrue(Chunk.isEmpty(yield* Stream.runCollect(log.entries({ from: 1 }))))
      }).pipe(inNewFolder)
    )

    it.scoped("seq is contiguous from 1, and the head follows it", () =>
      Effect.gen(function* () {
        for (const page of upTo(5)) {
          assert.deepStrictEqual(yield* append(answer(page)), { seq: page + 1, fresh: true })
          assert.strictEqual((yield* head).seq, page + 1)
        }
        assert.deepStrictEqual(seqs(yield* readAll), [1, 2, 3, 4, 5])
        assert.strictEqual(yield* verifyAll, 5)
      }).pipe(inNewFolder)
    )

    it.scoped("a second answer for a key is discarded, the first is kept, and no seq is used up", () =>
      Effect.gen(function* () {
        yield* appendAll([answer(0), answer(1)])
        const before = yield* head
        const again = answer(0, { body: noise(40), status: 500, observedAt: "2027-01-01T00:00:00.000000Z" })
        assert.deepStrictEqual(yield* append(again), { seq: 1, fresh: false })
        assert.deepStrictEqual(yield* head, before)
        assert.deepStrictEqual(yield* append(answer(2)), { seq: 3, fresh: true })
        const [first] = yield* readAll
        assert.deepStrictEqual(first, logged(1, answer(0)))
      }).pipe(inNewFolder)
    )

    it.scoped("each part of the key distinguishes observations", () =>
      Effect.gen(function* () {
        const others = [
          { feed: "settlements" },
          { slot: SLOT + 1 },
          { request: "/markets" },
          { page: 1 }
        ].map((but) => answer(0, but))
        const appended = yield* appendAll([answer(0), ...others])
        assert.deepStrictEqual(
          appended,
          upTo(5).map((index) => ({ seq: index + 1, fresh: true }))
        )
      }).pipe(inNewFolder)
    )

    const bytes = FastCheck.oneof(
      FastCheck.uint8Array({ maxLength: 300 }),
      FastCheck.string({ unit: "binary", maxLength: 300 }).map((text) => new TextEncoder().encode(text)),
      FastCheck.constantFrom(
        new Uint8Array(0),
        Uint8Array.of(0),
        Uint8Array.of(0xff, 0xfe, 0xc3, 0x28),
        new Uint8Array(5_000_000),
        noise(5_000_000)
      )
    )

    it.scoped.prop(
      "a body is read back byte for byte, and has the hash of its entry",
      [FastCheck.array(bytes, { minLength: 1, maxLength: 6 })],
      ([bodies]) =>
        Effect.gen(function* () {
          const log = yield* ObservationLog
          yield* appendAll(bodies.map((body, page) => answer(page, { body })))
          const out = yield* readAll
          assert.strictEqual(out.length, bodies.length)
          out.forEach(({ body }, index) => {
            assert.isTrue(Buffer.from(body).equals(bodies[index] as Uint8Array), `body ${index}`)
          })
          const entries = Chunk.toReadonlyArray(yield* Stream.runCollect(log.entries({ from: 1 })))
          assert.deepStrictEqual(
            entries.map(({ bodySha256 }) => bodySha256),
            bodies.map(sha256)
          )
        }).pipe(inNewFolder),
      { fastCheck: { seed: 20261122, numRuns: 25 } }
    )

    const words = FastCheck.string({ unit: "binary", maxLength: 20 })
    it.scoped.prop(
      "every column is read back as it was written, whatever the exchange put into it",
      [words, FastCheck.option(words), FastCheck.integer({ min: 0, max: 599 }), words],
      ([request, cursor, status, endpoint]) =>
        Effect.gen(function* () {
          const log = yield* ObservationLog
          const said = answer(0, { request, cursor, status, endpoint })
          yield* append(said)
          assert.deepStrictEqual(Option.getOrThrow(yield* log.get(1)), logged(1, said))
          assert.strictEqual(yield* verifyAll, 1)
        }).pipe(inNewFolder),
      { fastCheck: { seed: 7, numRuns: 25 } }
    )

    it.scoped(
      "concurrent appends are taken one at a time, and a key that is offered many times is stored once",
      () =>
        Effect.gen(function* () {
          const offered = upTo(60).map((index) => answer(index % 20, { body: noise(50 + index, index) }))
          const appended = yield* Effect.forEach(offered, append, { concurrency: "unbounded" })
          assert.strictEqual(appended.filter(({ fresh }) => fresh).length, 20)
          assert.deepStrictEqual(
            seqs(yield* readAll),
            upTo(20).map((index) => index + 1)
          )
          const fresh = appended.flatMap((one, index) => (one.fresh ? [[one.seq, offered[index]?.body]] : []))
          for (const [seq, body] of fresh) {
            const kept = (yield* readAll).find((row) => row.seq === seq)
            assert.deepStrictEqual(kept?.body && [...kept.body], body && [...(body as Uint8Array)])
          }
          assert.strictEqual(yield* verifyAll, 20)
        }).pipe(inNewFolder)
    )

    it.scoped("reads in order, in batches of bounded memory", () =>
      Effect.gen(function* () {
        const log = yield* ObservationLog
        yield* appendAll(upTo(12).map((page) => answer(page, { body: noise(100_000, page + 1) })))
        const batches = Chunk.toReadonlyArray(yield* Stream.runCollect(log.read({ from: 1 })))
        assert.deepStrictEqual(
          seqs(batches.flat()),
          upTo(12).map((index) => index + 1)
        )
        for (const batch of batches) {
          const stored = batch.reduce((sum, { stored }) => sum + stored.length, 0)
          assert.isAtMost(stored, 1_000_000, "a batch ends at some bytes")
          assert.isAbove(batch.length, 0)
        }
        assert.isAbove(batches.length, 2)
      }).pipe(inNewFolder)
    )

    it.scoped("a range includes both of its ends, and may reach beyond those of the log", () =>
      Effect.gen(function* () {
        const log = yield* ObservationLog
        yield* appendAll(upTo(7).map((page) => answer(page)))
        const ranges = [
          [{ from: 1, to: 7 }, [1, 2, 3, 4, 5, 6, 7]],
          [{ from: 3, to: 5 }, [3, 4, 5]],
          [{ from: 4, to: 4 }, [4]],
          [{ from: 6 }, [6, 7]],
          [{ from: 6, to: 900 }, [6, 7]],
          [{ from: 8 }, []],
          [{ from: 5, to: 4 }, []]
        ] as const
        for (const [range, wanted] of ranges) {
          const read = yield* Stream.runCollect(log.read(range))
          assert.deepStrictEqual(seqs(Chunk.toReadonlyArray(read).flat()), [...wanted], JSON.stringify(range))
          const entries = yield* Stream.runCollect(log.entries(range))
          assert.deepStrictEqual(seqs(Chunk.toReadonlyArray(entries)), [...wanted], JSON.stringify(range))
        }
        for (const seq of [1, 4, 7]) {
          assert.strictEqual(Option.getOrThrow(yield* log.get(seq)).seq, seq)
        }
        assert.isTrue(Option.isNone(yield* log.get(8)))
        assert.isTrue(Option.isNone(yield* log.get(0)))
      }).pipe(inNewFolder)
    )

    it.scoped("entries contain every column except the body, over several pages too", () =>
      Effect.gen(function* () {
        const log = yield* ObservationLog
        yield* appendAll(upTo(300).map((page) => answer(page)))
        const entries = Chunk.toReadonlyArray(yield* Stream.runCollect(log.entries({ from: 1 })))
        assert.deepStrictEqual(
          seqs(entries),
          upTo(300).map((index) => index + 1)
        )
        const { body, ...said } = answer(299)
        const { bodySha256, chainSha256, encoding, storedBytes, ...entry } = entries[299] ?? assert.fail()
        assert.deepStrictEqual(entry, { ...said, seq: 300 })
        assert.strictEqual(bodySha256, sha256(body))
        assert.strictEqual(chainSha256, (yield* head).chainSha256)
        assert.include(["br", "identity"], encoding)
        assert.isAbove(storedBytes, 0)
      }).pipe(inNewFolder)
    )

    it.scoped("an append after reopening continues the chain, and still knows the earlier keys", () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        const before = yield* appendAll([answer(0), answer(1)]).pipe(Effect.zipRight(head), inFolder(folder))
        yield* Effect.gen(function* () {
          assert.deepStrictEqual(yield* head, before)
          assert.deepStrictEqual(yield* append(answer(1)), { seq: 2, fresh: false })
          assert.deepStrictEqual(yield* append(answer(2)), { seq: 3, fresh: true })
          assert.strictEqual(yield* verifyAll, 3)
        }).pipe(inFolder(folder))
        const unbroken = yield* appendAll([answer(0), answer(1), answer(2)]).pipe(
          Effect.zipRight(head),
          inNewFolder
        )
        assert.deepStrictEqual(yield* inFolder(folder)(head), unbroken)
      })
    )
  })
}
