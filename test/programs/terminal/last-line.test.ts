/** The screen of a terminal, as a simulated terminal shows it, while a bar is shown and lines are logged. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { makeLastLine } from "../../../src/programs/terminal/last-line.ts"
import { bar, withWaiting } from "../../../src/programs/terminal/progress.ts"

const ERASE = "\u001b[K"

/** Implements line feeds, carriage returns and erasing of the line, and wraps as terminals do. */
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
  it("stays the last one, whatever is logged, and is removed at the end", () => {
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

  it("is cut to the width, because a wrapped line could not be erased", () => {
    for (const columns of [20, 80, 100]) {
      const screen = terminal(columns)
      const line = makeLastLine(screen, "xterm")
      line.show("x".repeat(300))
      line.show("y".repeat(300))
      line.clear()
      assert.deepStrictEqual(screen.rows(), [""])
    }
  })

  it("is not shown in a pipe, or on a terminal that cannot erase a line", () => {
    assert.isFalse(makeLastLine({ write: () => true }, "xterm").canShow)
    assert.isFalse(makeLastLine(terminal(80), "dumb").canShow)
    assert.isTrue(makeLastLine(terminal(80), "xterm").canShow)
  })

  it.live("shows a bar after a second, and none when the work is done", () =>
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

  it.live("names the work and its duration if the remaining amount is unknown", () =>
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
