import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import { momentText, secondFrom, secondUpTo, type UtcTime } from "../../../src/domain/units/moment.ts"

const at = (text: string) => DateTime.unsafeMake(text)
const exact = (iso: string): UtcTime => ({ utc: at(`${iso.slice(0, 23)}Z`), iso })

describe("a moment", () => {
  it("is written with every digit that it has", () => {
    assert.strictEqual(momentText(at("2026-11-22T12:15:00.123Z")), "2026-11-22T12:15:00.123000Z")
    assert.strictEqual(momentText(exact("2026-11-22T12:15:00.123456Z")), "2026-11-22T12:15:00.123456Z")
  })

  it("of a year that would not sort is written as the nearest that does", () => {
    assert.strictEqual(momentText(at("+100000-01-01T00:00:00Z")), "9999-12-31T23:59:59.999000Z")
    assert.strictEqual(momentText(at("-000100-01-01T00:00:00Z")), "0000-01-01T00:00:00.000000Z")
  })

  it("lies between two seconds, to the microsecond", () => {
    const noon = Date.parse("2026-11-22T12:00:00Z") / 1000
    const seconds = (moment: UtcTime) => [secondUpTo(moment) - noon, secondFrom(moment) - noon]
    assert.deepStrictEqual(seconds(exact("2026-11-22T12:00:00.000000Z")), [0, 0])
    assert.deepStrictEqual(seconds(exact("2026-11-22T12:00:00.000001Z")), [0, 1])
    assert.deepStrictEqual(seconds(exact("2026-11-22T11:59:59.999999Z")), [-1, 0])
  })
})
