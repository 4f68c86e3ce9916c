/** What is seen on a terminal while a bar is up and lines are logged, by a terminal that does as it is told. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { makeLastLine } from "../../../src/programs/terminal/last-line.ts"
import { bar, withWaiting } from "../../../src/programs/terminal/progress.ts"

const ERASE = "\u001b[K"

/** Knows a new line, the beginning of the line and the rest of it, and wraps as terminals do. */
const terminal = (columns: number) => {
  const rows = [""]
  let column = 0
  const put = (character: string) => {
    if (column === columns) {
      rows.push("")
      column = 0
    }
    const row = rows.at(-1) ?? ""
    rows[rows.length - 1] = row.slice(0, column).padEnd(column) + character + row.slice(column + 1)
    column++
  }
  return {
    isTTY: true,
    columns,
    write: (text: string) => {
      text.split(ERASE).forEach((part, n) => {
        if (n > 0) rows[rows.length - 1] = (rows.at(-1) ?? "").slice(0, column)
        for (const character of part) {
          if (character === "\n") rows.push("")
          if (character === "\n" || character === "\r") column = 0
          else put(character)
        }
      })
    },
    rows: () => rows.map((row) => row.trimEnd())
  }
}

describe("the last line of a terminal", () => {
  it("stays the last one, whatever is said, and leaves nothing behind", () => {
    const screen = terminal(40)
    const line = makeLastLine(screen, "xterm")
    line.say("before")
    line.show("recording ███░░░ 17,880 seconds, 569/s")
    line.say("2026-11-28T17:45:00.941Z WARN  states: slot skipped, the one before it still runs")
    line.say("short")
    assert.strictEqual(screen.rows().at(-1), "recording ███░░░ 17,880 seconds, 569/s")
    line.show("recording ████ 9")
    line.clear()
    line.say("after")
    assert.deepStrictEqual(screen.rows(), [
      "before",
      "2026-11-28T17:45:00.941Z WARN  states: s",
      "lot skipped, the one before it still run",
      "s",
      "short",
      "after",
      ""
    ])
  })

  it("is cut to the width: what wraps could not be taken back", () => {
    for (const columns of [20, 80, 100]) {
      const screen = terminal(columns)
      const line = makeLastLine(screen, "xterm")
      line.show("x".repeat(300))
      line.show("y".repeat(300))
      line.clear()
      assert.deepStrictEqual(screen.rows(), [""])
    }
  })

  it("is not there in a pipe, nor on a terminal that cannot go back", () => {
    assert.isFalse(makeLastLine({ write: () => true }, "xterm").canShow)
    assert.isFalse(makeLastLine(terminal(80), "dumb").canShow)
    assert.isTrue(makeLastLine(terminal(80), "xterm").canShow)
  })

  it.live("shows a bar after a second, and none once the work is over", () =>
    Effect.gen(function* () {
      const screen = terminal(100)
      const line = makeLastLine(screen, "xterm")
      const { at, stop } = yield* bar("recording", "items", line)
      yield* at(3000, 9000)
      assert.deepStrictEqual(screen.rows(), [""], "nothing of what may be over at once")
      yield* Effect.sleep("1300 millis")
      line.say("a warning")
      assert.match(
        screen.rows().at(-1) ?? "",
        /^recording █{8}░{16} 3,000 of 9,000 items, [\d,]+\/s, \d+ s left$/
      )
      yield* stop
      line.say("done")
      assert.deepStrictEqual(screen.rows(), ["a warning", "done", ""])
    })
  )

  it.live("says what is being done and for how long, where nobody knows how much is left", () =>
    Effect.gen(function* () {
      const screen = terminal(100)
      const line = makeLastLine(screen, "xterm")
      yield* withWaiting(
        (say) =>
          Effect.gen(function* () {
            yield* say("reading the tables: 3,000 rows")
            assert.deepStrictEqual(screen.rows(), [""])
            yield* Effect.sleep("1300 millis")
            assert.strictEqual(screen.rows().at(-1), "reading the tables: 3,000 rows, 1 s")
            yield* say("running the query")
            yield* Effect.sleep("300 millis")
            assert.strictEqual(screen.rows().at(-1), "running the query, 1 s")
          }),
        line
      )
      assert.deepStrictEqual(screen.rows(), [""])
    })
  )
})
