/** Whatever is skimmed is what JSON.parse finds; whatever JSON.parse refuses is not skimmed. */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { bodyOf, type Skimming } from "../../../src/domain/wire/body.ts"

const skimming: Skimming = {
  list: "things",
  parsed: new Set(["name", "price", "é"]),
  kept: new Set(["name", "title", "nested", "°"])
}

const wanted = (object: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(object).filter(([key]) => skimming.parsed.has(key) || skimming.kept.has(key))
  )

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "0.0690",
    "",
    '"',
    "\\",
    '\\"',
    'a "name":1,',
    "},{",
    "], [",
    "°",
    "日本",
    "💡",
    "\n",
    "\u0000"
  )
)
const value = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
  fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
)
const key = fc.oneof(fc.constantFrom("name", "title", "price", "nested", "é", "°", "other", "things"), text)
const object = fc.dictionary(key, value, { maxKeys: 8 })
const listing = fc.record({
  cursor: text,
  things: fc.array(object, { minLength: 1, maxLength: 6 }),
  more: value
})

const bytes = (body: string) => Buffer.from(body)
const skimmed = (body: Uint8Array) => bodyOf(body).skimmed(skimming)

/** JSON.parse makes -0 of "-0", which is no other price. */
const plain = (json: unknown): unknown => JSON.parse(JSON.stringify(json))

describe("a skimmed listing", () => {
  it.prop("is what JSON.parse finds of it", [listing, fc.constantFrom("", "\n")], ([body, end]) => {
    const found = skimmed(bytes(JSON.stringify(body) + end))
    if (found === undefined) return
    assert.deepStrictEqual(
      found.objects.map((one) => plain(one.whole())),
      body.things.map((one) => plain(wanted(one)))
    )
    assert.deepStrictEqual(plain(found.body), plain({ ...body, things: [] }))
  })

  it.prop(
    "is found in every ordinary one, and says of equal objects the same",
    [
      fc.array(fc.record({ name: fc.string(), title: text, nested: value, price: fc.integer() }), {
        minLength: 1
      })
    ],
    ([things]) => {
      const found = skimmed(bytes(JSON.stringify({ cursor: "c", things })))
      assert.strictEqual(found?.objects.length, things.length)
      const again = skimmed(bytes(JSON.stringify({ things: [...things].reverse(), cursor: "" })))
      assert.deepStrictEqual(
        found?.objects.map(({ kept }) => kept),
        again?.objects.map(({ kept }) => kept).reverse()
      )
    }
  )

  it.prop(
    "is none where JSON.parse would refuse, or find something else",
    [
      listing,
      fc.nat(),
      fc.oneof(
        fc.constantFrom("", '"', "\\", ",", "}", "]", "{", "[", ":", "\n", "0", "-", "é", "t"),
        fc.string()
      )
    ],
    ([body, place, wrong]) => {
      const whole = JSON.stringify(body)
      const at = place % whole.length
      const broken = bytes(whole.slice(0, at) + wrong + whole.slice(at + 1))
      const found = skimmed(broken)
      if (found === undefined) return
      const { things } = JSON.parse(broken.toString())
      assert.deepStrictEqual(
        found.objects.map((one) => plain(one.whole())),
        things.map((one: Readonly<Record<string, unknown>>) => plain(wanted(one)))
      )
    },
    { fastCheck: { numRuns: 2000 } }
  )

  it.prop("is none of a body that is cut short", [listing, fc.nat()], ([body, place]) => {
    const whole = bytes(JSON.stringify(body))
    assert.isUndefined(skimmed(whole.subarray(0, place % whole.length)))
  })

  it.each([
    ["laid out in lines", JSON.stringify({ things: [{ name: "a" }] }, null, 1)],
    ["with the list twice", '{"things":[{"name":"a"}],"things":[{"name":"b"}]}'],
    ["with the list twice, once in escapes", '{"things":[{"name":"a"}],"\\u0074hings":[]}'],
    ["with the list further down", '{"data":{"things":[{"name":"a"}]}}'],
    ["of no objects", '{"things":[1,2]}'],
    ["with a control character in a text", '{"things":[{"name":"a","other":"b\tc"}]}'],
    ["with an escape that there is not", '{"things":[{"name":"a","other":"\\x"}]}'],
    ["with an escape that there is not, kept", '{"things":[{"name":"a","title":"\\x"}]}']
  ])("is none %s", (_, body) => {
    assert.isUndefined(skimmed(bytes(body)))
  })

  it("lies at any place in a larger memory", () => {
    const body = bytes('{"things":[{"name":"a","title":"°"}]}\n')
    for (let offset = 0; offset < 8; offset++) {
      const memory = new Uint8Array(body.length + 16).fill(0)
      memory.set(body, offset)
      const found = skimmed(memory.subarray(offset, offset + body.length))
      assert.deepStrictEqual(found?.objects[0]?.whole(), { name: "a", title: "°" })
    }
  })
})
