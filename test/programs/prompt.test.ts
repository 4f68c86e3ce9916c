/** The prompt of `query`, in a real pseudo-terminal that util-linux's `script` makes. */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { commandOf, folder, run } from "./run.ts"

/** Much longer than the prompt takes, so that only a prompt that hangs is given up. */
const PATIENCE_MILLIS = 120_000

const hasScript = spawnSync("script", ["--version"]).stdout?.includes("util-linux") === true

const [CTRL_C, CTRL_D, TAB, UP] = ["\u0003", "\u0004", "\t", "\u001b[A"]

/** Types into a prompt. Each text is typed once the words before it are on the screen, beyond what was there. */
const type = (
  dataDir: string,
  state: string,
  steps: ReadonlyArray<readonly [wait: RegExp, keys: string]>,
  options: ReadonlyArray<string> = []
) =>
  Effect.promise(async () => {
    const words = [process.execPath, ...commandOf("query"), "--data-dir", dataDir, "--rows", "3", ...options]
    const command = `stty cols 100; ${words.map((word) => `'${word}'`).join(" ")}`
    const child = spawn("script", ["-qefc", command, "/dev/null"], {
      env: { ...process.env, TERM: "xterm", XDG_STATE_HOME: state }
    })
    const startedAt = performance.now()
    const ended = once(child, "close")
    let [screen, seen] = ["", 0]
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      screen += text
    })
    for (const [wait, keys] of steps) {
      for (;;) {
        const found = wait.exec(screen.slice(seen))
        if (found !== null) {
          seen += found.index + found[0].length
          break
        }
        if (performance.now() - startedAt > PATIENCE_MILLIS)
          throw new Error(`waited for ${wait}: ${JSON.stringify(screen.slice(seen))}`)
        if (child.exitCode !== null) throw new Error(`the prompt ended before ${wait}: ${screen}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      child.stdin.write(keys)
    }
    const [code] = await ended
    return { code, screen }
  })

const READY = /kalshi> \S*$/

describe.runIf(hasScript)("the prompt of query", () => {
  it.scopedLive("takes statements and commands, outlives errors and Ctrl-C, and keeps a history", () =>
    Effect.gen(function* () {
      const [dataDir, state] = [yield* folder, yield* folder]
      assert.strictEqual((yield* run("init", ["--data-dir", dataDir])).code, 0)
      mkdirSync(join(state, "kalshi-tape"))
      const path = join(state, "kalshi-tape", "query-history")
      writeFileSync(path, "SELECT 'from before';\n", { mode: 0o600 })
      const { code, screen } = yield* type(dataDir, state, [
        [READY, UP],
        [/from before';/, "\r"],
        [/1 row[\s\S]*kalshi> \S*$/, "SELECT 'a;\r"],
        [/ {3}\.\.\.> \S*$/, "b' AS x, -- it;\r"],
        [/ {3}\.\.\.> \S*$/, "2 AS y; SELECT 3 AS z;\r"],
        [/ z [\s\S]*kalshi> \S*$/, "SELECT\r"],
        [/ {3}\.\.\.> \S*$/, "-- two lines\r"],
        [/ {3}\.\.\.> \S*$/, "4 AS four;\r"],
        [/four[\s\S]*1 row[\s\S]*kalshi> \S*$/, "SELECT nothing_such;\r"],
        [/Binder Error: .*nothing_such[\s\S]*kalshi> \S*$/, "SELECT 'dropped"],
        [/'dropped/, CTRL_C],
        [READY, `FROM quarant${TAB}`],
        [/quarantine/, " LIMIT 0;\r"],
        [/0 rows[\s\S]*kalshi> \S*$/, ".format ndjson\r"],
        // What is typed ahead stays, and typing goes on behind it.
        [READY, "SELECT 1 AS one;\rSELECT 'typed'"],
        [/\{"one": 1\}[\s\S]*kalshi> SELECT 'typed'\S*$/, " AS ahead;\r"],
        [/\{"ahead": "typed"\}[\s\S]*kalshi> \S*$/, "FROM range(2);\r"],
        [/\{"range": 1\}[\s\S]*kalshi> \S*$/, ".format parquet\r"],
        [/the format is one of table, line[\s\S]*kalshi> \S*$/, ".schema taker_trades\r"],
        [/taker_side[\s\S]*kalshi> \S*$/, ".format table\r"],
        [READY, "SELECT NULL AS nothing, repeat('x', 200) AS long, repeat('y', 200) AS longer;\r"],
        [/left out: .*\(\.format line has[\s\S]*kalshi> \S*$/, "FROM range(9);\r"],
        [/9 rows, 3 shown \(\.rows all shows[\s\S]*kalshi> \S*$/, ".format ndjson\r"],
        [READY, "SELECT count(*) FROM range(1000000000000);\r"],
        [/running the query, 1 s/, CTRL_C],
        [/stopped[\s\S]*kalshi> \S*$/, "SELECT 'after' AS x;\r"],
        [/\{"x": "after"\}[\s\S]*kalshi> \S*$/, CTRL_D]
      ])
      assert.strictEqual(code, 0, screen)
      assert.deepStrictEqual(readFileSync(path, "utf8").split("\n"), [
        "SELECT 'from before';",
        // A string with a line break does not fit into a line of the history.
        "SELECT 3 AS z;",
        "SELECT /* two lines */ 4 AS four;",
        "SELECT nothing_such;",
        "FROM quarantine LIMIT 0;",
        ".format ndjson",
        "SELECT 1 AS one;",
        "SELECT 'typed' AS ahead;",
        "FROM range(2);",
        ".format parquet",
        ".schema taker_trades",
        ".format table",
        "SELECT NULL AS nothing, repeat('x', 200) AS long, repeat('y', 200) AS longer;",
        "FROM range(9);",
        ".format ndjson",
        "SELECT count(*) FROM range(1000000000000);",
        "SELECT 'after' AS x;",
        ""
      ])
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
    })
  )

  it.scopedLive("ends at once with a statement that DuckDB does not stop", () =>
    Effect.gen(function* () {
      const [dataDir, state] = [yield* folder, yield* folder]
      assert.strictEqual((yield* run("init", ["--data-dir", dataDir])).code, 0)
      // DuckDB looks for an interrupt between values, and takes hours for each of these.
      const long = "SELECT levenshtein(repeat('ab', 1000000), repeat('ba', 1000000));\r"
      const { code, screen } = yield* type(
        dataDir,
        state,
        [
          [READY, long],
          [/running the query, 1 s/, CTRL_C],
          [/stopped[\s\S]*kalshi> \S*$/, long],
          [/stopped after 3 s[\s\S]*so the prompt ends/, ""]
        ],
        ["--timeout", "3s"]
      )
      // Node has ended by a signal, or has become a shell that exits with 1.
      assert.include([1, 137], code, screen)
    })
  )

  it.scopedLive("is not shown to a pipe", () =>
    Effect.gen(function* () {
      const dataDir = yield* folder
      yield* run("init", ["--data-dir", dataDir])
      const { code, stdout } = yield* run("query", ["--data-dir", dataDir])
      assert.deepStrictEqual([code, stdout], [1, ""])
    })
  )
})
