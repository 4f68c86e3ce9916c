/** What is remembered of markets: the last of each, by its terms and by its bytes. */
import { assert, describe, it } from "@effect/vitest"
import { make } from "../../../src/layers/interpreter/memory.ts"

const listed = (ticker: string, digest = "terms") => ({
  ticker,
  status: "active",
  era: "strings" as const,
  digest,
  quote: {
    yesBid: 1,
    yesAsk: 2,
    noBid: 3,
    noAsk: 4,
    lastPrice: null,
    volume: undefined,
    volume24h: 0,
    openInterest: 5,
    yesBidSize: 6,
    yesAskSize: 7,
    liquidity: undefined
  }
})

describe("a memory", () => {
  it("tells a text and bytes by their content alone", () => {
    const { digest } = make()
    assert.strictEqual(digest("abc"), digest("abc"))
    assert.strictEqual(digest(Buffer.from("xabcx").subarray(1, 4)), digest(Buffer.from("abc")))
    assert.notStrictEqual(digest("abc"), digest("abd"))
  })

  it("knows the last listing of each market, and no other", () => {
    const memory = make()
    memory.list("first", listed("A"))
    memory.list("other", listed("B"))
    memory.list("second", listed("A", "new terms"))
    assert.isUndefined(memory.listed("first"))
    assert.deepStrictEqual(memory.listed("second"), listed("A", "new terms"))
    assert.deepStrictEqual(memory.listed("other"), listed("B"))
    memory.list("second", listed("A"))
    assert.deepStrictEqual(memory.listed("second"), listed("A"))
  })
})
