/** Times as people type them: the machine's zone must not matter. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { parseSince } from "../../src/programs/settings.ts"

const NOW = Date.parse("2026-11-22T12:15:00Z") / 1000

const parse = (text: string) => Effect.runSync(Effect.either(parseSince(text, NOW, "--from")))

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
    assert.deepStrictEqual(parse(text), Either.right(Date.parse(time) / 1000))
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
    "soon",
    "2026-11-22T12:15:01Z"
  ])("%j is refused in plain words", (text) => {
    const refused = Either.match(parse(text), {
      onLeft: ({ why }) => why,
      onRight: () => assert.fail(text)
    })
    assert.include(refused, `--from ${text} is neither a time in the past`)
  })

  it("may be left out", () => {
    assert.isUndefined(Effect.runSync(parseSince(undefined, NOW)))
  })
})
