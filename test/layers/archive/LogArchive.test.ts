/** Sealing the log: nothing is lost, in memory or on the way, and what is sealed leaves SQLite. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { slotText } from "../../../src/domain/units/time.ts"
import { scopedFolder } from "../sqlite/support.ts"
import { archiveAll, archived, hotSeqs, record, recording, segmentsOf } from "./support.ts"

describe("a sealed log", () => {
  it.scopedLive("has every observation, byte for byte, and SQLite has none of them", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      const answers = recording()
      yield* record(dataDir, answers)
      const report = yield* archiveAll(dataDir)
      assert.strictEqual(report.removed, answers.length)
      assert.deepStrictEqual(hotSeqs(dataDir), [])
      const found = yield* archived(dataDir)
      assert.deepStrictEqual(
        found.map((row) => [
          row.seq,
          row.feed,
          row.slot,
          row.request,
          row.page,
          Buffer.from(row.body).toString()
        ]),
        answers.map((one, n) => [
          n + 1,
          one.feed,
          slotText(one.slot),
          one.request,
          one.page,
          Buffer.from(one.body).toString()
        ])
      )
      assert.strictEqual(segmentsOf(dataDir).length, 1)
    })
  )
})
