/** Verification names the row of any change in a log. */
import { readFileSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, FastCheck as fc, Stream } from "effect"
import type { Observation } from "../../../../src/domain/observation.ts"
import { databasePath } from "../../../../src/layers/files/data-dir.ts"
import { type ChainedRow, chainHash, GENESIS } from "../../../../src/layers/sqlite/log/chain.ts"
import { sha256 } from "../../../../src/layers/sqlite/log/sealed.ts"
import { ObservationLog } from "../../../../src/services/ObservationLog.ts"
import { run } from "../../../programs/run.ts"
import { page } from "../../projector/observations.ts"
import { tablesIn, tell } from "../../projector/support.ts"
import {
  answer,
  appendAll,
  copyOf,
  failsWith,
  logIn,
  noise,
  raw,
  readAll,
  readOnlyLogIn,
  scopedFolder,
  tamper,
  verifyAll
} from "../support.ts"

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

/** A closed log of these answers. */
const logOf = (observations: ReadonlyArray<Observation>) =>
  Effect.tap(scopedFolder, (folder) => Effect.provide(appendAll(observations), logIn(folder)))

const verified = (folder: string) => Effect.provide(verifyAll, readOnlyLogIn(folder))

const damagedAt = (folder: string) => Effect.map(failsWith(verified(folder), "LogDamaged"), ({ seq }) => seq)

/** Some answers stored as received and some compressed, so that both kinds are damaged. */
const mixed = upTo(9).map((index) =>
  answer(index, {
    body: index % 2 === 0 ? noise(700, index + 1) : new TextEncoder().encode("all the same ".repeat(90)),
    cursor: index % 3 === 0 ? null : `cursor-${index}`
  })
)

const changes: Readonly<Record<string, string>> = {
  feed: "feed = feed || ' '",
  slot: "slot = replace(slot, '12:15', '12:16')",
  page: "page = page + 100",
  endpoint: "endpoint = lower(endpoint)",
  request: "request = replace(request, '1000', '1001')",
  cursor: "cursor = CASE WHEN cursor IS NULL THEN '' ELSE NULL END",
  "observed_at, one microsecond":
    "observed_at = substr(observed_at, 1, 25) || (9 - substr(observed_at, 26, 1)) || 'Z'",
  status: "status = 201",
  base_url: "base_url = replace(base_url, 'https', 'http:')",
  encoding: "encoding = CASE encoding WHEN 'br' THEN 'identity' ELSE 'br' END",
  "the first byte of body": "body = CAST(x'5a' || substr(body, 2) AS BLOB)",
  "the last byte of body": "body = CAST(substr(body, 1, length(body) - 1) || x'5b' AS BLOB)",
  "body, one byte short": "body = substr(body, 1, length(body) - 1)",
  "body, one byte long": "body = CAST(body || x'00' AS BLOB)",
  "body, empty": "body = x''",
  body_sha256: "body_sha256 = substr(body_sha256, 2) || substr(body_sha256, 1, 1)",
  chain_sha256: "chain_sha256 = upper(chain_sha256)"
}

describe("log verify", () => {
  const range = (folder: string, from: number, to: number) =>
    Effect.flatMap(ObservationLog, (log) => Stream.runDrain(log.verify({ from, to }))).pipe(
      Effect.provide(readOnlyLogIn(folder))
    )

  it.scoped("accepts an intact log, from any seq and up to any seq", () =>
    Effect.gen(function* () {
      const folder = yield* logOf(mixed)
      assert.strictEqual(yield* verified(folder), 9)
      for (const from of upTo(10))
        for (const to of [from, from + 1, 9, 20]) yield* range(folder, from + 1, to)
    })
  )

  it.scoped("checks all of a range, including its first and last row, and nothing beyond it", () =>
    Effect.gen(function* () {
      const folder = yield* logOf(mixed)
      tamper(folder, "UPDATE observations SET status = 201 WHERE seq = 5")
      for (const [from, to] of [
        [5, 5],
        [1, 5],
        [5, 9],
        [3, 7]
      ] as const) {
        assert.strictEqual(
          (yield* failsWith(range(folder, from, to), "LogDamaged")).seq,
          5,
          `${from} to ${to}`
        )
      }
      yield* range(folder, 1, 4)
      yield* range(folder, 6, 9)
    })
  )

  it.scoped("from a seq beyond the end fails, because rows are missing that the caller has seen", () =>
    Effect.gen(function* () {
      const folder = yield* logOf(mixed)
      const { why } = yield* failsWith(range(folder, 12, 20), "LogDamaged")
      assert.strictEqual(why, "the row is missing")
    })
  )

  it.scoped.each(Object.entries(changes))(
    "finds a change of %s in the first, middle and last rows",
    ([, change]) =>
      Effect.gen(function* () {
        const folder = yield* logOf(mixed)
        for (const seq of [1, 5, 8, 9]) {
          const copy = yield* copyOf(folder)
          tamper(copy, `UPDATE observations SET ${change} WHERE seq = ?`, seq)
          assert.strictEqual(yield* damagedAt(copy), seq, `seq ${seq}`)
        }
        assert.strictEqual(yield* verified(folder), 9, "the copies were copies")
      })
  )

  it.scoped("names the first missing row, at either end of a gap", () =>
    Effect.gen(function* () {
      const folder = yield* logOf(mixed)
      const holes = [
        ["seq = 1", 1],
        ["seq <= 3", 1],
        ["seq = 5", 5],
        ["seq BETWEEN 4 AND 7", 4],
        ["seq = 8", 8]
      ] as const
      for (const [hole, first] of holes) {
        const copy = yield* copyOf(folder)
        tamper(copy, `DELETE FROM observations WHERE ${hole}`)
        assert.strictEqual(yield* damagedAt(copy), first, hole)
      }
    })
  )

  it.scoped("finds rows that were swapped, and a row that was moved", () =>
    Effect.gen(function* () {
      const folder = yield* logOf(mixed)
      const moved = yield* copyOf(folder)
      tamper(moved, "UPDATE observations SET seq = 10 WHERE seq = 9")
      assert.strictEqual(yield* damagedAt(moved), 9)
      const swapped = yield* copyOf(folder)
      tamper(swapped, "UPDATE observations SET seq = -seq WHERE seq IN (4, 5)")
      tamper(swapped, "UPDATE observations SET seq = 9 + seq WHERE seq < 0")
      assert.strictEqual(yield* damagedAt(swapped), 4)
    })
  )

  it.scoped("finds a forged row with a matching hash, because the hash of the next row covers it", () =>
    Effect.gen(function* () {
      const folder = yield* logOf(mixed)
      const forged = raw(folder, (database) => {
        const row = database.prepare<[], ChainedRow>("SELECT * FROM observations WHERE seq = 6").get()
        const before = database.prepare("SELECT chain_sha256 FROM observations WHERE seq = 5").pluck().get()
        const body = Buffer.from("a better price")
        const rewritten = { ...(row ?? assert.fail()), encoding: "identity", body, body_sha256: sha256(body) }
        return { ...rewritten, chain: chainHash(String(before), rewritten) }
      })
      tamper(
        folder,
        "UPDATE observations SET encoding = ?, body = ?, body_sha256 = ?, chain_sha256 = ? WHERE seq = 6",
        forged.encoding,
        forged.body,
        forged.body_sha256,
        forged.chain
      )
      assert.strictEqual(yield* damagedAt(folder), 7)
    })
  )

  it.scoped("checks the borders of its own batches, in a log with many small batches", () =>
    Effect.gen(function* () {
      const folder = yield* logOf(upTo(520).map((index) => answer(index)))
      assert.strictEqual(yield* verified(folder), 520)
      for (const seq of [1, 2, 255, 256, 257, 258, 511, 512, 513, 514, 519, 520]) {
        const changed = yield* copyOf(folder)
        tamper(changed, "UPDATE observations SET status = 201 WHERE seq = ?", seq)
        assert.strictEqual(yield* damagedAt(changed), seq, `changed ${seq}`)
        if (seq === 520) continue
        const missing = yield* copyOf(folder)
        tamper(missing, "DELETE FROM observations WHERE seq = ?", seq)
        assert.strictEqual(yield* damagedAt(missing), seq, `missing ${seq}`)
      }
    })
  )

  it.scoped("checks batches that end at, before or after their limit of bytes, or hold one row", () =>
    Effect.gen(function* () {
      const sizes = [262_144, 1, 262_143, 131_072, 131_072, 1, 400_000, 262_145, 10, 100_000, 200_000]
      const folder = yield* logOf(sizes.map((size, index) => answer(index, { body: noise(size, index + 1) })))
      assert.strictEqual(yield* verified(folder), sizes.length)
      for (const seq of sizes.map((_, index) => index + 1)) {
        const copy = yield* copyOf(folder)
        tamper(
          copy,
          "UPDATE observations SET body = CAST(substr(body, 1, length(body) - 1) || x'5a5a' AS BLOB) WHERE seq = ?",
          seq
        )
        assert.strictEqual(yield* damagedAt(copy), seq)
      }
    })
  )
})

/** Flips one bit of a body in the file, including the part of a page that SQLite has moved elsewhere. */
const flip = (file: Buffer, body: Uint8Array, at: number, bit: number): void => {
  let offset = file.indexOf(body)
  assert.isAbove(offset, 0, "the body stands in one piece")
  for (; offset !== -1; offset = file.indexOf(body, offset + 1)) {
    file[offset + at] = (file[offset + at] as number) ^ (1 << bit)
  }
}

describe("bytes of the file itself", () => {
  const bodies = upTo(6).map((index) => noise(900, index + 50))
  const observations = bodies.map((body, index) => answer(index, { body }))

  it.scoped.prop(
    "one flipped bit in a stored body is found, with its row",
    [fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 899 }), fc.integer({ min: 0, max: 7 })],
    ([row, at, bit]) =>
      Effect.gen(function* () {
        const folder = yield* logOf(observations)
        const file = readFileSync(databasePath(folder))
        flip(file, bodies[row] as Uint8Array, at, bit)
        writeFileSync(databasePath(folder), file)
        assert.strictEqual(yield* damagedAt(folder), row + 1)
      }),
    { fastCheck: { seed: 9, numRuns: 20 } }
  )

  it.scoped("a flipped byte anywhere is found, or changes nothing in the content of the log", () =>
    Effect.gen(function* () {
      const large = upTo(6).map((index) => answer(index, { body: noise(20_000, index + 70) }))
      const folder = yield* logOf(large)
      const whole = readFileSync(databasePath(folder))
      const copy = yield* copyOf(folder)
      const found = { damaged: 0, unreadable: 0, untouched: 0 }
      for (const index of upTo(150)) {
        const file = Buffer.from(whole)
        const offset = (index * 2_654_435_761) % file.length
        file[offset] = (file[offset] as number) ^ (1 << (index % 8))
        writeFileSync(databasePath(copy), file)
        const exit = yield* Effect.exit(verified(copy))
        if (Exit.isSuccess(exit)) {
          const read = yield* Effect.provide(readAll, readOnlyLogIn(copy))
          assert.deepStrictEqual(
            read.map(({ bodySha256, seq, ...said }) => ({ ...said, body: [...said.body] })),
            large.map((said) => ({ ...said, body: [...said.body] })),
            `offset ${offset}`
          )
          found.untouched++
        } else if (exit.cause._tag === "Fail") {
          if (exit.cause.error._tag === "LogDamaged") found.damaged++
          else found.unreadable++
        } else assert.fail(`offset ${offset}: ${String(exit.cause)}`)
      }
      assert.isAbove(found.damaged, 10, JSON.stringify(found))
    })
  )
})

const program = (folder: string) => run("log", ["verify", "--json", "--data-dir", folder])

describe("the program log verify", () => {
  it.scoped(
    "accepts a whole log, and rejects one whose end is missing although its chain is intact",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        yield* Effect.provide(tell(page(0, [], 1), page(1, [], 2), page(2, [], 3)), tablesIn(folder))
        const passed = yield* program(folder)
        assert.strictEqual(passed.code, 0, passed.stderr)
        assert.include(JSON.parse(passed.stdout), { from: 1, to: 3, observations: 3 })
        tamper(folder, "DELETE FROM observations WHERE seq >= 2")
        assert.strictEqual(yield* verified(folder), 1)
        const failed = yield* program(folder)
        assert.strictEqual(failed.code, 1)
        assert.match(failed.stderr, /damaged at seq 2\b/)
        assert.strictEqual(failed.stdout, "")
      }),
    300_000
  )

  it("names the start of the chain", () => {
    assert.strictEqual(GENESIS, "0".repeat(64))
  })
})
