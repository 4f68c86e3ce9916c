/** Times as users type them, whatever the time zone of the machine. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { pastOf } from "../../../src/programs/cli/moments.ts"
import { interval, moment } from "../../../src/programs/cli/time.ts"

const NOW = Date.parse("2026-11-22T12:15:00Z") / 1000

const parse = (text: string) => Effect.runSync(pastOf("--from", moment(text), NOW))

describe("a time on the command line, on a machine in New York", () => {
  const zone = process.env.TZ
  beforeAll(() => {
    process.env.TZ = "America/New_York"
    assert.strictEqual(new Date("2024-11-01T00:00:00").toISOString(), "2024-11-01T04:00:00.000Z")
  })
  afterAll(() => {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  })

  it.each([
    ["2024-11-01", "2024-11-01T00:00:00Z"],
    ["2024-11-01T00:00", "2024-11-01T00:00:00Z"],
    ["2024-11-01T00:00:00", "2024-11-01T00:00:00Z"],
    ["2024-11-01T00:00:00Z", "2024-11-01T00:00:00Z"],
    [" 2024-11-01T00:00:00.999 ", "2024-11-01T00:00:00Z"],
    ["2024-11-01T00:00:00-04:00", "2024-11-01T04:00:00Z"],
    ["2024-11-01T05:30+05:30", "2024-11-01T00:00:00Z"],
    ["2024-02-29", "2024-02-29T00:00:00Z"],
    ["24h", "2026-11-21T12:15:00Z"],
    ["15 minutes", "2026-11-22T12:00:00Z"],
    ["7D", "2026-11-15T12:15:00Z"]
  ])("%s is %s", (text, time) => {
    assert.strictEqual(parse(text), Date.parse(time) / 1000)
  })

  it.each([
    "2024/11/01",
    "2024-11",
    "2024",
    "11/01/2024",
    "2024-11-1",
    "2023-02-29",
    "2024-11-31T00:00:00",
    "2024-11-01 00:00:00",
    "2024-11-01T25:00:00Z",
    "2024-11-01T00:00:00 EST",
    "2024-11-01T00:00:00+99:00",
    "1 Nov 2024",
    "Nov 1 2024",
    "24",
    "24 moons",
    `${"1".repeat(100)}h`,
    "",
    "soon"
  ])("%j is refused in plain words", (text) => {
    assert.throws(() => moment(text), /^must be a time such as 2026-11-22T00:00:00Z, in UTC, or an age/)
  })

  it.each(["2026-11-22T12:15:01Z", "2026-12-01"])("%s lies in the future", (text) => {
    assert.throws(() => parse(text), `--from ${text}: lies in the future; it is 2026-11-22T12:15:00Z now`)
  })

  it("may be left out", () => {
    assert.isUndefined(Effect.runSync(pastOf("--from", undefined, NOW)))
  })
})

describe("an interval on the command line", () => {
  it.each([
    ["5s", 5],
    ["15m", 900],
    ["15 minutes", 900],
    ["1h", 3600],
    ["24h", 86_400],
    ["1d", 86_400]
  ])("%s is %d seconds", (text, seconds) => {
    assert.strictEqual(interval(text), seconds)
  })

  it.each([
    ["15", "needs a unit"],
    ["-5m", "must be a length of time"],
    ["PT15M", "must be a length of time"],
    ["25h", "must be from 1s to 24h"],
    ["0s", "must be from 1s to 24h"],
    ["1.5s", "must be from 1s to 24h"],
    ["1mo", "must be from 1s to 24h"]
  ])("%s is refused", (text, why) => {
    assert.throws(() => interval(text), why)
  })
})
