/** Hours of a clock in New York, queried in UTC, on both sides of the days on which the clock changes. */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { hoursAt, readSchedule, type Schedule } from "../../../src/domain/read/exchange/schedule.ts"
import { newYorkMidnight, newYorkTime } from "../../../src/domain/units/new-york.ts"
import { slotSeconds } from "../../../src/domain/units/time.ts"
import type { Body } from "./wire/bodies.ts"
import { weekBody } from "./wire/other-bodies.ts"

const scheduleOf = (weeks: ReadonlyArray<Body>, maintenance: ReadonlyArray<Body> = []): Schedule =>
  Either.getOrThrow(readSchedule(JSON.stringify(weeks), JSON.stringify(maintenance)))

const standard = scheduleOf([weekBody()])

const at = (text: string, schedule = standard) => hoursAt(schedule, slotSeconds(text))

describe("the weekly pause", () => {
  it.each([
    ["in winter", "2026-11-26T08:00:00Z", "2026-11-26T10:00:00Z"],
    ["in summer", "2026-07-16T07:00:00Z", "2026-07-16T09:00:00Z"],
    ["four days after the clocks went forward", "2026-03-12T07:00:00Z", "2026-03-12T09:00:00Z"],
    ["three days before", "2026-03-05T08:00:00Z", "2026-03-05T10:00:00Z"],
    ["four days after they went back", "2026-11-05T08:00:00Z", "2026-11-05T10:00:00Z"],
    ["three days before that", "2026-10-29T07:00:00Z", "2026-10-29T09:00:00Z"]
  ])("is Thursday 03:00 to 05:00 in New York, %s", (_, from, to) => {
    assert.strictEqual(hoursAt(standard, slotSeconds(from) - 1), "open")
    assert.strictEqual(at(from), "closed")
    assert.strictEqual(hoursAt(standard, slotSeconds(to) - 1), "closed")
    assert.strictEqual(at(to), "open")
  })

  it("is the only pause: every other hour of the week is open, also after a change of the clock", () => {
    for (const week of ["2026-03-08T00:00:00Z", "2026-10-31T00:00:00Z", "2026-06-01T00:00:00Z"]) {
      const hours = Array.from({ length: 7 * 24 }, (_, hour) =>
        hoursAt(standard, slotSeconds(week) + hour * 3600)
      )
      assert.strictEqual(hours.filter((said) => said === "closed").length, 2, week)
      assert.strictEqual(hours.filter((said) => said === "open").length, 7 * 24 - 2, week)
    }
  })
})

describe("a schedule", () => {
  it("has no answer for a moment outside its weeks", () => {
    const brief = scheduleOf([
      weekBody({ start_time: "2026-11-01T00:00:00Z", end_time: "2026-12-01T00:00:00Z" })
    ])
    assert.strictEqual(at("2026-10-31T23:59:59Z", brief), "unknown")
    assert.strictEqual(at("2026-11-01T00:00:00Z", brief), "open")
    assert.strictEqual(at("2026-12-01T00:00:00Z", brief), "unknown")
  })

  it("includes maintenance windows, whatever its hours say", () => {
    const maintained = scheduleOf(
      [weekBody()],
      [{ start_datetime: "2026-11-24T06:00:00-05:00", end_datetime: "2026-11-24T12:00:00Z" }]
    )
    assert.strictEqual(at("2026-11-24T10:59:59Z", maintained), "open")
    assert.strictEqual(at("2026-11-24T11:00:00Z", maintained), "maintenance")
    assert.strictEqual(at("2026-11-24T12:00:00Z", maintained), "open")
  })

  it("may have a day without a session, and a session that ends after midnight", () => {
    const night = [{ open_time: "20:00", close_time: "02:30" }]
    const nights = scheduleOf([weekBody({ friday: night, saturday: [], sunday: null })])
    // 2026-11-27 is a Friday; New York is five hours behind.
    assert.strictEqual(at("2026-11-28T00:59:00Z", nights), "closed")
    assert.strictEqual(at("2026-11-28T01:00:00Z", nights), "open")
    assert.strictEqual(at("2026-11-28T07:29:00Z", nights), "open")
    assert.strictEqual(at("2026-11-28T07:30:00Z", nights), "closed")
    assert.strictEqual(at("2026-11-29T18:00:00Z", nights), "closed")
  })

  it("of an unknown form is a problem with a path", () => {
    const pathOf = (hours: unknown, windows: unknown = []) =>
      Either.match(readSchedule(JSON.stringify(hours), JSON.stringify(windows)), {
        onLeft: ({ path }) => path,
        onRight: () => "none"
      })
    assert.strictEqual(pathOf([weekBody()]), "none")
    assert.isTrue(Either.isRight(readSchedule("[]", null)))
    assert.strictEqual(pathOf({ monday_open: "8:00" }), "standard_hours")
    assert.strictEqual(pathOf([weekBody({ start_time: "soon" })]), "standard_hours[0].start_time")
    const late = [{ open_time: "00:00", close_time: "24:00" }]
    assert.strictEqual(pathOf([weekBody({ friday: late })]), "standard_hours[0].friday[0].close_time")
    assert.strictEqual(pathOf([weekBody()], [{}]), "maintenance_windows[0].start_datetime")
    assert.isTrue(Either.isLeft(readSchedule("soon", null)))
  })
})

describe("New York's clock", () => {
  it("is four or five hours behind UTC", () => {
    assert.deepStrictEqual(newYorkTime(slotSeconds("2026-11-26T08:00:00Z")), { weekday: 4, minute: 180 })
    assert.deepStrictEqual(newYorkTime(slotSeconds("2026-07-16T03:59:59Z")), { weekday: 3, minute: 1439 })
  })

  it.each([
    ["2026-11-22T12:15:00Z", "2026-11-22T05:00:00Z"],
    ["2026-11-22T05:00:00Z", "2026-11-22T05:00:00Z"],
    ["2026-11-22T04:59:59Z", "2026-11-21T05:00:00Z"],
    ["2026-07-16T03:59:59Z", "2026-07-15T04:00:00Z"],
    ["2026-03-08T12:00:00Z", "2026-03-08T05:00:00Z"],
    ["2026-03-09T12:00:00Z", "2026-03-09T04:00:00Z"],
    ["2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z"],
    ["2026-11-02T12:00:00Z", "2026-11-02T05:00:00Z"]
  ])("has had its midnight, at %s, at %s", (moment, midnight) => {
    assert.strictEqual(newYorkMidnight(slotSeconds(moment)), slotSeconds(midnight))
  })
})
