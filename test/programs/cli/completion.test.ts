/** The completions of bash, tested in a real bash. */
import { spawnSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { completionOf, shells } from "../../../src/programs/cli/completion.ts"
import { kalshi } from "../../../src/programs/definitions/all.ts"

const completed = (...words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _kalshi; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { status, stderr, stdout } = spawnSync(
    "bash",
    ["-c", `${completionOf("bash", kalshi)}\n${ask}`, "bash", ...words],
    { encoding: "utf8" }
  )
  assert.strictEqual(status, 0, stderr)
  assert.strictEqual(stderr, "")
  return stdout.split("\n").filter((word) => word !== "")
}

describe("bash", () => {
  it.each([
    [["kalshi", "st"], ["status"]],
    [["kalshi", "log", "l"], ["list"]],
    [["kalshi", "log", "list", "--li"], ["--limit"]],
    [["kalshi", "collect", "--on"], ["--once"]],
    [["kalshi", "collect", "--log-level", "d"], ["debug"]],
    [
      ["kalshi", "backfill", "--period", "1"],
      ["1", "1440"]
    ],
    [["kalshi", "status", "--data-dir", "/et"], ["/etc"]],
    [["kalshi", "help", "pru"], ["prune"]]
  ])("after %j offers %j", (words, offered) => {
    assert.deepStrictEqual(completed(...words), offered)
  })
})

describe.each(shells)("%s", (shell) => {
  it("completes every command", () => {
    for (const { name } of kalshi.definitions) assert.include(completionOf(shell, kalshi), name)
  })
})
