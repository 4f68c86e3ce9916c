/** What the words on the command line ask for, without running it. */
import { assert, describe, it } from "@effect/vitest"
import { feeds } from "../../../src/domain/feeds/all.ts"
import { ask } from "../../../src/programs/cli/ask.ts"
import { WrongWords } from "../../../src/programs/cli/resolve.ts"
import { kalshi } from "../../../src/programs/definitions/all.ts"
import { feedNames } from "../../../src/programs/definitions/collect.ts"
import { log } from "../../../src/programs/definitions/log.ts"

const words = (line: string) => line.split(" ").filter((word) => word !== "")

const textOf = (line: string): string => {
  const asked = ask(kalshi, words(line))
  return "text" in asked ? asked.text : assert.fail(`${line} runs something`)
}

const refusal = (line: string): string => {
  try {
    ask(kalshi, words(line))
  } catch (error) {
    if (error instanceof WrongWords) return error.message
    throw error
  }
  return assert.fail(`${line} is taken`)
}

describe("help", () => {
  it.each([
    "help log list",
    "log help list",
    "log --help list",
    "--help log list",
    "log list --help",
    "log list -h",
    "log list --data-dir x --help",
    "log list --help --data-dir x",
    "log list --limit --help",
    "--log-level debug log list -h",
    "data log list --help"
  ])("of log list by: %s", (line) => {
    assert.match(textOf(line), /Usage: kalshi (data )?log list \[options\]/)
  })

  it("of all programs is there without a word, and fits a screen of 80 columns", () => {
    assert.strictEqual(textOf(""), textOf("help"))
    assert.isTrue(
      textOf("--help")
        .split("\n")
        .every((line) => line.length <= 80)
    )
  })

  it("of what does not exist is refused", () => {
    assert.strictEqual(refusal("help stats"), "unknown command 'stats'. Did you mean status?")
  })
})

describe("the version", () => {
  it.each(["version", "--version", "-v", "-V", "log --version", "collect --once --version"])("%s", (line) => {
    assert.match(textOf(line), /^\d+\.\d+\.\d+\n$/)
  })
})

describe("wrong words", () => {
  it.each([
    ["stats", "unknown command 'stats'. Did you mean status?"],
    ["log lst", "unknown command 'lst'. Did you mean list?"],
    ["status --datadir x", "unknown option '--datadir'. Did you mean --data-dir?"],
    ["status --data-dir", "--data-dir needs a value"],
    ["status --data-dir --json", "--data-dir needs a value"],
    ["log list --limit 0", "--limit 0: must be an integer, at least 1"],
    ["exchange --port 80000", "--port 80000: must be an integer from 0 to 65535"]
  ])("%s", (line, said) => {
    assert.strictEqual(refusal(line), said)
  })
})

describe("a job", () => {
  it("takes its log level wherever it stands", () => {
    for (const line of [
      "--log-level debug status",
      "status --log-level debug",
      "log --log-level debug list"
    ]) {
      assert.propertyVal(ask(kalshi, words(line)), "logLevel", "debug")
    }
  })

  it("of a program that stands alone is asked for without the program's name", () => {
    assert.property(ask(log, ["list"]), "job")
  })

  it("knows every feed by name", () => {
    assert.strictEqual([feedNames.usual, feedNames.onDemand].join(), feeds.map(({ name }) => name).join())
  })
})
