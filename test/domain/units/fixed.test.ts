import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import {
  fromCents,
  fromContracts,
  ofCents,
  ofContracts,
  parseDecimal,
  toCents,
  toContracts
} from "../../../src/domain/units/fixed.ts"

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: min, maxLength: max })

/** Every decimal of up to ten integer and six fractional digits, with a sign or without. */
const wireDecimal = fc
  .tuple(fc.constantFrom("", "-"), digits(1, 10), digits(0, 6))
  .map(([sign, integer, fraction]) => `${sign}${integer}${fraction === "" ? "" : `.${fraction}`}`)

const split = (text: string) => {
  const [integer = "", fraction = ""] = text.replace("-", "").split(".")
  return { sign: text.startsWith("-") ? "-" : "", integer, fraction }
}

/** The value in millionths, computed in whole numbers. */
const exactly = (text: string): bigint => {
  const { sign, integer, fraction } = split(text)
  return BigInt(`${sign}${integer}${fraction.padEnd(6, "0")}`)
}

/** The same number with its decimal point moved to the right, as text: `"0.0690"`, 2 → `"6.9"`. */
const moved = (text: string, places: number): string => {
  const { sign, integer, fraction } = split(text)
  const all = fraction.padEnd(places, "0")
  const whole = `${integer}${all.slice(0, places)}`.replace(/^0+(?=\d)/, "")
  const rest = all.slice(places).replace(/0+$/, "")
  const value = rest === "" ? whole : `${whole}.${rest}`
  return value === "0" ? "0" : `${sign}${value}`
}

const parsed = (text: string): number => {
  const units = parseDecimal(text)
  assert.isDefined(units, text)
  return units as number
}

/** The largest magnitude of which every digit is kept; beyond it a value may be refused. */
const KEPT = 2n ** 52n

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)

describe("a wire decimal", () => {
  it.prop("keeps its last digit, or is refused", [wireDecimal], ([text]) => {
    const units = parseDecimal(text)
    if (units !== undefined) assert.strictEqual(BigInt(units), exactly(text))
    else assert.isTrue(magnitude(exactly(text)) >= KEPT, `${text} was refused`)
  })

  it.prop("prints its digits again as cents and as contracts", [wireDecimal], ([text]) => {
    const units = parseDecimal(text)
    fc.pre(units !== undefined)
    assert.strictEqual(String(toCents(units)), moved(text, 2))
    assert.strictEqual(String(toContracts(units)), moved(text, 0))
  })

  it.prop("keeps its digits near the limits of a float", [fc.bigInt(2n ** 49n, 2n ** 53n)], ([value]) => {
    const text = `${value / 1_000_000n}.${String(value % 1_000_000n).padStart(6, "0")}`
    const units = parseDecimal(text)
    if (units === undefined) return assert.isTrue(value >= KEPT, text)
    assert.strictEqual(BigInt(units), value)
    assert.strictEqual(String(toCents(units)), moved(text, 2))
    assert.strictEqual(String(toContracts(units)), moved(text, 0))
  })

  it("may have digits below a cent or a contract", () => {
    assert.strictEqual(parsed("0.0690"), 69_000)
    assert.strictEqual(toCents(parsed("0.0690")), 6.9)
    assert.strictEqual(toCents(parsed("0.0001")), 0.01)
    assert.strictEqual(toCents(parsed("0.000001")), 0.0001)
    assert.strictEqual(toContracts(parsed("2.50")), 2.5)
    assert.strictEqual(toContracts(parsed("0.01")), 0.01)
  })

  it("may be negative, and zero has no sign", () => {
    assert.strictEqual(toCents(parsed("-0.0690")), -6.9)
    for (const zero of ["0", "-0", "0.0000", "-0.0000"]) assert.isTrue(Object.is(parsed(zero), 0), zero)
  })

  it("may be very large", () => {
    assert.strictEqual(parsed("4503599627.370495"), 4_503_599_627_370_495)
    assert.strictEqual(parsed("9007199254.74"), 9_007_199_254_740_000)
    assert.strictEqual(toContracts(parsed("9007199254.74")), 9007199254.74)
    assert.strictEqual(parsed("-9007199254.7409"), -9_007_199_254_740_900)
    for (const tooLarge of ["9007199254.740993", "9999999999", "-9999999999.999999", "12345678901"]) {
      assert.isUndefined(parseDecimal(tooLarge), tooLarge)
    }
  })

  it("may have more digits only if they are zeros", () => {
    assert.strictEqual(parsed("1.0000000"), 1_000_000)
    assert.isUndefined(parseDecimal("1.0000001"))
    assert.isUndefined(parseDecimal("0.00000010"))
  })

  it("has no other form", () => {
    const others = [
      "",
      " ",
      " 1",
      "1 ",
      "1\n",
      "1e3",
      "NaN",
      "Infinity",
      "0x10",
      "1,0",
      "1_0",
      "+1",
      "--1",
      "-"
    ]
    for (const text of [...others, ".5", "1.", ".", "1.0.0", "٣", "１", "½", "null", "$1"]) {
      assert.isUndefined(parseDecimal(text), JSON.stringify(text))
    }
  })
})

describe("a value of the tables", () => {
  it.prop(
    "converts back to the same number of millionths",
    [fc.integer({ min: -(2 ** 51), max: 2 ** 51 })],
    ([units]) => {
      assert.strictEqual(ofCents(toCents(units)), units)
      assert.strictEqual(ofContracts(toContracts(units)), units)
    }
  )
})

describe("an integer of the old API", () => {
  it.prop("has the value of the decimal that replaced it", [fc.integer({ min: -1e9, max: 1e9 })], ([n]) => {
    assert.strictEqual(fromContracts(n), n * 1_000_000)
    assert.strictEqual(fromContracts(n), parseDecimal(String(n)))
    assert.strictEqual(fromCents(n), parseDecimal((n / 100).toFixed(2)))
    assert.strictEqual(toCents(fromCents(n) as number), n)
  })

  it("has no sign if it is zero, as -0 in JSON would have", () => {
    assert.isTrue(Object.is(fromCents(-0), 0))
    assert.isTrue(Object.is(fromContracts(-0), 0))
  })

  it("is whole, finite and within the integers that a float can hold", () => {
    for (const n of [45.5, 0.1, Number.NaN, Number.POSITIVE_INFINITY, 1e15, Number.MAX_SAFE_INTEGER]) {
      assert.isUndefined(fromCents(n), String(n))
      assert.isUndefined(fromContracts(n), String(n))
    }
  })
})
