/** Data directories with a log to be sealed, and what a sealed log must still say. */
import { assert } from "@effect/vitest"
import { Chunk, Effect, Stream } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import { isoMicros, slotText } from "../../../src/domain/units/time.ts"
import * as SqliteArchive from "../../../src/layers/archive/LogArchive.ts"
import { openSegment } from "../../../src/layers/archive/reader.ts"
import type { SegmentLimits } from "../../../src/layers/archive/seal.ts"
import type { SegmentRecord } from "../../../src/layers/archive/segment.ts"
import { answer, appendAll, logIn, raw, SLOT } from "../sqlite/support.ts"

/** A time after everything that a test records. */
export const ALL = "2099-01-01T00:00:00.000000Z"

const market = (n: number, slot: number) => ({
  can_close_early: true,
  event_ticker: `E-${n % 7}`,
  rules_primary: `If market ${n} resolves to yes, it pays a dollar. `.repeat(5),
  ticker: `M-${n}`,
  // A tenth of the markets moves from slot to slot.
  yes_bid_dollars: `0.${String(1000 + n + ((slot + n) % 10 === 0 ? slot : 0)).padStart(4, "0")}`
})

/** Pages of listings over several slots, and answers of other kinds between them. */
export const recording = (slots = 4, pages = 3, marketsAPage = 40): ReadonlyArray<Observation> =>
  Array.from({ length: slots }, (_, slot) => [
    ...Array.from({ length: pages }, (_, page) =>
      answer(page, {
        slot: SLOT + 900 * slot,
        observedAt: isoMicros((SLOT + 900 * slot + 1) * 1_000_000 + page),
        body: Buffer.from(
          JSON.stringify({
            cursor: `cursor-${page}`,
            markets: Array.from({ length: marketsAPage }, (_, n) => market(page * marketsAPage + n, slot))
          })
        )
      })
    ),
    answer(0, {
      slot: SLOT + 900 * slot,
      feed: "exchange",
      endpoint: "GET /exchange/status",
      request: "/exchange/status",
      observedAt: isoMicros((SLOT + 900 * slot + 2) * 1_000_000),
      body: Buffer.from(slot === 2 ? "" : '{"exchange_active":true}')
    })
  ]).flat()

/** Records answers, and closes the database. */
export const record = (dataDir: string, answers: ReadonlyArray<Observation> = recording()) =>
  Effect.provide(appendAll(answers), logIn(dataDir))

export const archiveAll = (dataDir: string, limits?: Partial<SegmentLimits>, before = ALL) =>
  SqliteArchive.make(dataDir, limits).archive({ before })

export const segmentsOf = (dataDir: string): ReadonlyArray<SegmentRecord> =>
  raw(dataDir, (database) =>
    database.prepare<[], SegmentRecord>("SELECT * FROM archive_segments ORDER BY first_seq").all()
  )

export const hotSeqs = (dataDir: string): ReadonlyArray<number> =>
  raw(dataDir, (database) =>
    database.prepare<[], number>("SELECT seq FROM observations ORDER BY seq").pluck().all()
  )

/** The bodies and hashes of all sealed observations. */
export const archived = (dataDir: string) =>
  Effect.forEach(segmentsOf(dataDir), (segment) =>
    Effect.flatMap(openSegment(dataDir, segment), (open) =>
      Stream.runCollect(open.observations({ from: segment.first_seq, to: segment.last_seq }))
    )
  ).pipe(
    Effect.scoped,
    Effect.map((segments) => segments.flatMap((batches) => Chunk.toReadonlyArray(batches)).flat())
  )

/** Checks that the archive has answers that were recorded as seq 1 and on, byte for byte, and in order. */
export const isWhole = (dataDir: string, answers = recording()) =>
  Effect.map(archived(dataDir), (found) =>
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
  )
