/** The fees of the local exchange change when they were announced to, and so do the rules and closes of markets. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { makeUniverse } from "../../src/simulator/universe/universe.ts"
import type {
  EventFeeChangeJson,
  EventJson,
  SeriesFeeChangeJson,
  SeriesJson
} from "../../src/simulator/wire/wire.ts"
import { exchange, get, json, NOON } from "./support.ts"

const DAY_MS = 24 * 60 * 60 * 1000

interface SeriesChanges {
  readonly series_fee_change_arr: ReadonlyArray<SeriesFeeChangeJson>
}

interface EventChanges {
  readonly cursor: string
  readonly event_fee_changes: ReadonlyArray<EventFeeChangeJson>
}

const at = (startsAt: number) => exchange({ markets: 4000, startsAt })

const changesOfEvents = (x: Parameters<typeof json>[0], query: string) =>
  Effect.gen(function* () {
    const all: Array<EventFeeChangeJson> = []
    let cursor = ""
    do {
      const page: EventChanges = yield* json<EventChanges>(x, `/events/fee_changes?${query}&cursor=${cursor}`)
      all.push(...page.event_fee_changes)
      cursor = page.cursor
    } while (cursor !== "")
    return all
  })

describe("the fee changes of series", () => {
  it.scopedLive("are what the series show before and after", () =>
    Effect.gen(function* () {
      const x = yield* at(NOON)
      const asked = (query: string) =>
        Effect.map(
          json<SeriesChanges>(x, `/series/fee_changes${query}`),
          (body) => body.series_fee_change_arr
        )
      const all = yield* asked("?show_historical=true")
      const pending = yield* asked("")
      const isPending = ({ scheduled_ts }: SeriesFeeChangeJson) => Date.parse(scheduled_ts) > NOON
      assert.deepStrictEqual(pending, all.filter(isPending))
      const made = all.filter((one) => !isPending(one))
      assert.isAbove(made.length, 5)
      const latest = new Map(
        made
          .toSorted((a, b) => Date.parse(a.scheduled_ts) - Date.parse(b.scheduled_ts))
          .map((one) => [one.series_ticker, one])
      )
      for (const one of latest.values()) {
        const { series } = yield* json<{ series: SeriesJson }>(x, `/series/${one.series_ticker}`)
        assert.deepInclude(series, { fee_type: one.fee_type, fee_multiplier: one.fee_multiplier })
      }
      const [{ series_ticker = "" } = {}] = made
      const ofOne = yield* asked(`?show_historical=true&series_ticker=${series_ticker}`)
      assert.deepStrictEqual(
        ofOne,
        all.filter((one) => one.series_ticker === series_ticker)
      )
    })
  )
})

describe("the fee changes of events", () => {
  it.scopedLive("are listed in pages while they are to come, and shown by the event afterwards", () =>
    Effect.gen(function* () {
      const x = yield* at(NOON)
      const all = yield* changesOfEvents(x, "limit=2")
      assert.isAbove(all.length, 4)
      assert.deepStrictEqual(all, yield* changesOfEvents(x, "limit=100"))
      for (const { scheduled_ts } of all) assert.isAbove(Date.parse(scheduled_ts), NOON)
      const set = all.filter(({ fee_type_override }) => fee_type_override !== null)
      const [first] = set.toSorted((a, b) => Date.parse(a.scheduled_ts) - Date.parse(b.scheduled_ts))
      if (first === undefined) return assert.fail("no event has a fee of its own")
      const event = (y: typeof x) =>
        Effect.map(json<{ event: EventJson }>(y, `/events/${first.event_ticker}`), (body) => body.event)
      const later = yield* at(Date.parse(first.scheduled_ts) + 1000)
      assert.notProperty(yield* event(x), "fee_type_override")
      const { fee_multiplier_override, fee_type_override } = first
      assert.deepInclude(yield* event(later), { fee_multiplier_override, fee_type_override })
      const left = yield* changesOfEvents(later, `limit=100&event_ticker=${first.event_ticker}`)
      assert.notInclude(
        left.map(({ id }) => id),
        first.id
      )
      assert.strictEqual((yield* get(x, "/events/fee_changes?limit=101")).status, 400)
    })
  )
})

it("rules and closes of open markets change from one day to the next, and updated_time says so", () => {
  const universe = makeUniverse(7, 4000)
  const both = universe.openAt(NOON).flatMap(({ ticker }) => {
    const [one, next] = [universe.marketAt(ticker, NOON), universe.marketAt(ticker, NOON + DAY_MS)]
    return one === undefined || next === undefined ? [] : [{ one, next }]
  })
  for (const key of ["rules_primary", "close_time"] as const) {
    const changed = both.filter(({ next, one }) => next[key] !== one[key])
    assert.isAbove(changed.length, 3, key)
    for (const { next, one } of changed)
      assert.isAbove(Date.parse(next.updated_time), Date.parse(one.updated_time))
  }
})
