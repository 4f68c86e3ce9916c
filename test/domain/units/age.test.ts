/** Lengths of time as users type them. */
import { assert, describe, it } from "@effect/vitest"
import { before, dayBefore, parseAge } from "../../../src/domain/units/age.ts"
import { slotSeconds, slotText } from "../../../src/domain/units/time.ts"

const NOW = "2026-03-31T12:00:00Z"

const back = (text: string): string => {
  const age = parseAge(text)
  return "wrong" in age ? assert.fail(age.wrong) : slotText(before(slotSeconds(NOW), age))
}

const wrong = (text: string): string => {
  const age = parseAge(text)
  return "wrong" in age ? age.wrong : assert.fail(`${text} is taken`)
}

describe("an age", () => {
  it.each([
    ["0s", NOW],
    ["90s", "2026-03-31T11:58:30Z"],
    ["1m", "2026-03-31T11:59:00Z"],
    ["15 minutes", "2026-03-31T11:45:00Z"],
    ["1h30m", "2026-03-31T10:30:00Z"],
    ["1.5h", "2026-03-31T10:30:00Z"],
    ["7D", "2026-03-24T12:00:00Z"],
    ["2w", "2026-03-17T12:00:00Z"],
    ["1mo", "2026-02-28T12:00:00Z"],
    ["18 months", "2024-09-30T12:00:00Z"],
    ["1y", "2025-03-31T12:00:00Z"],
    ["2 Years 1mo 1d", "2024-02-28T12:00:00Z"],
    ["  12h  ", "2026-03-31T00:00:00Z"]
  ])("%s ago is %s", (text, time) => {
    assert.strictEqual(back(text), time)
  })

  it("of a year before a leap day ends on February 28", () => {
    assert.strictEqual(
      slotText(before(slotSeconds("2024-02-29T00:00:00Z"), { months: 12, seconds: 0 })),
      "2023-02-28T00:00:00Z"
    )
  })

  it.each(["365", "0", "1.5", " 30 "])("of a bare number (%j) is refused, and the units are said", (text) => {
    assert.include(wrong(text), `needs a unit: ${text.trim()}s, ${text.trim()}m (minutes)`)
  })

  it("of 1M is refused, because other programs read it as a month", () => {
    assert.strictEqual(wrong("1M"), "must say m for minutes or mo for months")
  })

  it.each(["", "soon", "-5m", "5 moons", "PT15M", "1e3s", "5m!", "100ms", `${"1".repeat(100)}h`])(
    "is not %j",
    (text) => {
      assert.match(wrong(text), /^must /)
    }
  )

  it.each(["101y", "999999999999w"])("is not as long as %s", (text) => {
    assert.strictEqual(wrong(text), "must be at most 100 years")
  })

  it("of half a month is refused", () => {
    assert.strictEqual(wrong("1.5mo"), "must be in whole months")
  })
})

describe("the day before an age", () => {
  const NOW = slotSeconds("2026-11-22T12:15:00Z")
  const dayOf = (seconds: number) => slotText(dayBefore(NOW, { months: 0, seconds }))

  it("begins at midnight in UTC, and a shorter age is taken as it is", () => {
    assert.strictEqual(dayOf(2 * 86_400), "2026-11-20T00:00:00Z")
    assert.strictEqual(dayOf(86_400), "2026-11-21T00:00:00Z")
    assert.strictEqual(dayOf(86_399), "2026-11-21T12:15:01Z")
    assert.strictEqual(dayOf(0), "2026-11-22T12:15:00Z")
  })
})
