import { assert, describe, it } from "@effect/vitest"
import { Either, FastCheck as fc } from "effect"
import { parseBody } from "../../../src/domain/read/wire/json.ts"
import { parse } from "../../../src/layers/interpreter/parse.ts"

const SIGNS = ["a", "0", " ", "°", "é", "–", "’", "≥", "日", "🏀", "\u0000"]

const long = fc
  .tuple(fc.array(fc.constantFrom(...SIGNS), { maxLength: 40 }), fc.integer({ min: 1, max: 9000 }))
  .map(([signs, length]) => signs.join("").repeat(1 + Math.floor(length / (signs.length + 1))))

describe("a body in pieces", () => {
  it.prop(
    "reads as the whole does, wherever its signs fall",
    [fc.array(long, { maxLength: 4 })],
    ([texts]) => {
      const body = Buffer.from(JSON.stringify({ texts }))
      assert.deepStrictEqual(parse(body), Either.right({ texts }))
    }
  )

  it.prop("is no JSON exactly when the whole is none", [long, fc.nat()], ([text, cut]) => {
    const whole = Buffer.from(JSON.stringify({ text }))
    const body = whole.subarray(0, cut % whole.length)
    assert.strictEqual(Either.isLeft(parse(body)), Either.isLeft(parseBody(body)))
  })

  it("is none with a mark of byte order, whoever reads it", () => {
    const body = Buffer.from("\uFEFF{}")
    assert.isTrue(Either.isLeft(parse(body)))
    assert.isTrue(Either.isLeft(parseBody(body)))
  })

  it("does not mind bytes that are no UTF-8", () => {
    const bytes = Buffer.alloc(20_000, 0x80)
    bytes.write('{"a":"')
    bytes.write('"}', bytes.length - 2)
    assert.isTrue(Either.isRight(parse(bytes)))
  })
})
