import { assert, describe, it } from "@effect/vitest"
import type { FeedContext } from "../../../../src/domain/ask/feed.ts"
import { trades } from "../../../../src/domain/ask/feeds/trades.ts"
import { canonicalRequest } from "../../../../src/domain/ask/request.ts"
import { SLOT } from "../../read/observe.ts"

const HOUR = 60 * 60

const asked = (but: Partial<FeedContext>): ReadonlyArray<string> =>
  trades
    .requests({ slot: SLOT, begun: SLOT, watermark: undefined, since: undefined, tickers: [], ...but })
    .map(canonicalRequest)

describe("trades are asked for", () => {
  it("from an hour back on a first walk, or from the time that the user gives", () => {
    assert.deepStrictEqual(asked({}), [`/markets/trades?limit=1000&min_ts=${SLOT - HOUR}`])
    assert.deepStrictEqual(asked({ since: SLOT - 30 * HOUR }), [
      `/markets/trades?limit=1000&min_ts=${SLOT - 30 * HOUR}`
    ])
  })

  it("from the watermark afterwards, with an overlap for trades that are published late", () => {
    const watermark = SLOT - 900
    const expected = [`/markets/trades?limit=1000&min_ts=${watermark - 180}`]
    assert.deepStrictEqual(asked({ watermark }), expected)
    assert.deepStrictEqual(asked({ watermark, since: SLOT - 30 * HOUR }), expected)
  })

  it("from the same watermark again, however late, until a walk is complete", () => {
    const watermark = SLOT - 900
    assert.deepStrictEqual(asked({ watermark, slot: SLOT + 5 * HOUR }), asked({ watermark }))
  })
})
