import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import {
  boundaryAtOrBefore,
  epochMicros,
  epochMillis,
  isoMicros,
  normaliseTime,
  slotSeconds,
  slotText
} from "../../../src/domain/units/time.ts"

const YEAR_0001 = -62_135_596_800
const YEAR_9999 = 253_402_300_799

const two = (n: number): string => String(n).padStart(2, "0")

/** A time in RFC 3339 with any offset and 0 to 9 fractional digits. */
const wireTime = fc
  .record({
    seconds: fc.oneof(
      fc.integer({ min: YEAR_0001 + 86_400, max: YEAR_9999 - 86_400 }),
      fc.integer({ min: 1_700_000_000, max: 1_900_000_000 })
    ),
    nanos: fc.integer({ min: 0, max: 999_999_999 }),
    digits: fc.integer({ min: 0, max: 9 }),
    offset: fc.oneof(fc.constant("Z" as const), fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 }))
  })
  .map(({ seconds, nanos, digits, offset }) => {
    const fraction = String(nanos).padStart(9, "0").slice(0, digits)
    const minutes = offset === "Z" ? 0 : offset
    const local = new Date((seconds + minutes * 60) * 1000).toISOString().slice(0, 19)
    const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
    const zone = offset === "Z" ? "Z" : `${offset < 0 ? "-" : "+"}${two(hours)}:${two(rest)}`
    return {
      text: `${local}${digits === 0 ? "" : `.${fraction}`}${zone}`,
      micros: BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, "0"))
    }
  })

describe("a wire time", () => {
  it.prop("becomes UTC text of one width, for the same moment", [wireTime], ([{ micros, text }]) => {
    const normal = normaliseTime(text)
    assert.match(String(normal), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/, text)
    const whole = BigInt(Date.parse(`${String(normal).slice(0, 19)}Z`)) * 1000n
    assert.strictEqual(whole + BigInt(String(normal).slice(20, 26)), micros, text)
  })

  it.prop("sorts as text in the order of time", [wireTime, wireTime], ([a, b]) => {
    const [textA, textB] = [String(normaliseTime(a.text)), String(normaliseTime(b.text))]
    assert.strictEqual(textA < textB, a.micros < b.micros)
    assert.strictEqual(textA === textB, a.micros === b.micros)
  })

  it.prop("is unchanged if it is already normal", [wireTime], ([{ text }]) => {
    assert.strictEqual(normaliseTime(String(normaliseTime(text))), normaliseTime(text))
  })

  it("keeps the forms that the exchange is known to send", () => {
    const known = {
      "2026-07-20T04:59:00Z": "2026-07-20T04:59:00.000000Z",
      "2026-07-06T12:01:14.59251Z": "2026-07-06T12:01:14.592510Z",
      "0001-01-01T00:00:00Z": "0001-01-01T00:00:00.000000Z",
      "2028-02-29T23:59:59.999999999Z": "2028-02-29T23:59:59.999999Z",
      "2026-01-15T01:31:10.855588+00:00": "2026-01-15T01:31:10.855588Z",
      "2026-11-01T01:30:00-04:00": "2026-11-01T05:30:00.000000Z",
      "": ""
    }
    for (const [text, normal] of Object.entries(known)) assert.strictEqual(normaliseTime(text), normal)
  })

  it("has no other form, and exists in the calendar", () => {
    const malformed = [
      "2026-11-22",
      "2026-11-22T12:15Z",
      "2026-11-22 12:15:00Z",
      "2026-11-22T12:15:00",
      "now"
    ]
    const stray = [
      "2026-11-22T12:15:00.Z",
      " 2026-11-22T12:15:00Z",
      "2026-11-22T12:15:00Z\n",
      "1795349700",
      " "
    ]
    const unreal = [
      "2026-13-01T00:00:00Z",
      "2026-00-01T00:00:00Z",
      "2026-04-31T00:00:00Z",
      "2026-11-00T00:00:00Z"
    ]
    const leap = ["2026-02-29T00:00:00Z", "2026-02-30T00:00:00.5Z", "2026-02-29T12:00:00+01:00"]
    const clock = [
      "2026-11-22T24:00:00Z",
      "2026-11-22T12:60:00Z",
      "2026-11-22T12:15:60Z",
      "2026-11-22T25:00:00+02:00"
    ]
    const zone = ["2026-11-22T12:15:00+24:00", "2026-11-22T12:15:00+99:99", "2026-11-22T12:15:00+0100"]
    const beyond = ["0000-01-01T00:30:00+01:00", "9999-12-31T23:30:00-01:00", "12026-11-22T12:15:00Z"]
    for (const text of [...malformed, ...stray, ...unreal, ...leap, ...clock, ...zone, ...beyond]) {
      assert.isUndefined(normaliseTime(text), JSON.stringify(text))
    }
  })
})

describe("internal times", () => {
  it.prop("are exact to the microsecond", [fc.integer({ min: 0, max: 4e15 })], ([micros]) => {
    const text = isoMicros(micros)
    assert.strictEqual(text.length, 27)
    const whole = BigInt(Date.parse(`${text.slice(0, 19)}Z`)) * 1000n
    assert.strictEqual(whole + BigInt(text.slice(20, 26)), BigInt(micros))
    assert.strictEqual(normaliseTime(text), text)
    assert.strictEqual(epochMillis(text), Math.floor(micros / 1000))
  })

  it.prop(
    "convert a slot to its name and back",
    [fc.integer({ min: YEAR_0001, max: YEAR_9999 })],
    ([slot]) => {
      assert.match(slotText(slot), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      assert.strictEqual(slotSeconds(slotText(slot)), slot)
    }
  )
})

describe("the grid of boundaries", () => {
  const interval = fc.integer({ min: 1, max: 300 })

  it.prop(
    "gives the last boundary at or before any moment",
    [fc.integer({ min: 0, max: 2e12 }), interval],
    ([ms, step]) => {
      const boundary = boundaryAtOrBefore(ms, step)
      assert.strictEqual(boundary % step, 0)
      assert.isTrue(boundary * 1000 <= ms && ms < (boundary + step) * 1000)
    }
  )

  it("is aligned with the wall clock in UTC", () => {
    const noon = epochMillis("2026-11-22T12:00:00Z")
    assert.strictEqual(slotText(boundaryAtOrBefore(noon - 1, 900)), "2026-11-22T11:45:00Z")
    assert.strictEqual(slotText(boundaryAtOrBefore(noon, 900)), "2026-11-22T12:00:00Z")
  })
})

describe("microseconds since the epoch", () => {
  const safe = { min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }

  it.prop("convert to text and back", [fc.integer(safe)], ([micros]) => {
    assert.strictEqual(epochMicros(isoMicros(micros)), micros)
  })

  it("do not exist for an empty time", () => {
    assert.isNaN(epochMicros(""))
  })
})
