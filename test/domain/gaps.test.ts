import { assert, describe, it } from "@effect/vitest"
import { describeGap, type Gap } from "../../src/domain/gaps.ts"

const gap = (but: Partial<Gap>): Gap => ({
  status: "missed",
  reason: "the recorder was not running",
  firstSlot: "2026-11-22T03:00:00Z",
  lastSlot: "2026-11-22T03:30:00Z",
  slots: 3,
  interval: 900,
  ...but
})

describe("describeGap", () => {
  it.each<[string, Partial<Gap>]>([
    ["3 slots missed 2026-11-22 03:00-03:30 (the recorder was not running)", {}],
    [
      "1 slot failed 2026-11-22 12:15: the exchange answered 503",
      {
        status: "failed",
        reason: "the exchange answered 503",
        firstSlot: "2026-11-22T12:15:00Z",
        lastSlot: "2026-11-22T12:15:00Z",
        slots: 1
      }
    ],
    [
      "1 slot failed 2026-11-22 12:15:07: interrupted",
      {
        status: "failed",
        reason: "interrupted",
        firstSlot: "2026-11-22T12:15:07Z",
        lastSlot: "2026-11-22T12:15:07Z",
        slots: 1,
        interval: null
      }
    ],
    [
      "1 slot with a warning 2026-11-22 12:15: what is older than 2026-09-23T00:00:00Z only the historical tier has",
      {
        status: "partial",
        reason: "what is older than 2026-09-23T00:00:00Z only the historical tier has",
        firstSlot: "2026-11-22T12:15:00Z",
        lastSlot: "2026-11-22T12:15:00Z",
        slots: 1
      }
    ],
    [
      "2 slots skipped 2026-11-22 03:00:55-03:01:00",
      {
        status: "skipped",
        reason: null,
        firstSlot: "2026-11-22T03:00:55Z",
        lastSlot: "2026-11-22T03:01:00Z",
        slots: 2,
        interval: 5
      }
    ],
    [
      "96 slots missed 2026-11-21 23:45 - 2026-11-22 23:30 (asleep)",
      { firstSlot: "2026-11-21T23:45:00Z", lastSlot: "2026-11-22T23:30:00Z", slots: 96, reason: "asleep" }
    ]
  ])("%s", (words, but) => {
    assert.strictEqual(describeGap(gap(but)), words)
  })
})
