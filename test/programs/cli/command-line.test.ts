/** The parsed meaning of command lines, without running them. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { feeds } from "../../../src/domain/ask/feeds/all.ts"
import { parse } from "../../../src/programs/cli/command-line.ts"
import { isFamily } from "../../../src/programs/cli/definition.ts"
import { WrongWords } from "../../../src/programs/cli/resolve.ts"
import { kalshi } from "../../../src/programs/definitions/all.ts"
import { feedNames } from "../../../src/programs/definitions/collect.ts"
import { log } from "../../../src/programs/definitions/log.ts"

const words = (line: string) => line.split(" ").filter((word) => word !== "")

const textOf = (line: string): string => {
  const answer = parse(kalshi, words(line), {})
  return "text" in answer ? answer.text : assert.fail(`${line} runs something`)
}

const asked = (line: string, environment: Readonly<Record<string, string>> = {}) =>
  parse(kalshi, words(line), environment)

const refusal = (line: string, environment: Readonly<Record<string, string>> = {}): string => {
  try {
    asked(line, environment)
  } catch (error) {
    if (error instanceof WrongWords) return error.message
    throw error
  }
  return assert.fail(`${line} is taken`)
}

/** The words of each program: `log list`. */
const programs = kalshi.definitions.flatMap((definition) =>
  isFamily(definition)
    ? definition.programs.map(({ name }) => `${definition.name} ${name}`)
    : [definition.name]
)

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

  it("of all programs is printed without arguments, and fits a screen of 24 rows and 80 columns", () => {
    assert.strictEqual(textOf(""), textOf("help"))
    const lines = textOf("--help").trimEnd().split("\n")
    assert.isAtMost(lines.length, 24)
    assert.deepStrictEqual(
      lines.filter((line) => line.length > 80),
      []
    )
  })

  it.each(programs.map((path) => [path]))("of %s fits 100 columns, and is complete", (path) => {
    const text = textOf(`help ${path}`)
    assert.deepStrictEqual(
      text.split("\n").filter((line) => line.length > 100 || line.trimEnd() !== line),
      []
    )
    for (const said of [
      `Usage: kalshi ${path}`,
      "[default: info]",
      "KALSHI_LOG_LEVEL",
      "Exit codes",
      "Examples"
    ]) {
      assert.include(text, said)
    }
    assert.notInclude(text, "\u001b")
  })

  it("of an unknown program is refused", () => {
    assert.strictEqual(refusal("help stats"), "unknown command 'stats'. Did you mean status?")
  })
})

describe("the version", () => {
  it("is that of the package", () => {
    const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8")
    assert.strictEqual(textOf("--version"), `${JSON.parse(text).version}\n`)
  })

  it.each(["version", "--version", "-v", "-V", "log --version", "collect --once --version"])("%s", (line) => {
    assert.match(textOf(line), /^\d+\.\d+\.\d+\n$/)
  })
})

describe("wrong arguments", () => {
  it.each([
    ["stats", "unknown command 'stats'. Did you mean status?"],
    ["stats --help", "unknown command 'stats'. Did you mean status?"],
    ["log lst -h", "unknown command 'lst'. Did you mean list?"],
    ["export", "unknown command 'export'. Did you mean export-parquet or export-csv?"],
    ["log lst", "unknown command 'lst'. Did you mean list?"],
    ["status --datadir x", "unknown option '--datadir'. Did you mean --data-dir?"],
    ["log xyzzy", "unknown command 'xyzzy'. kalshi log has list, show, verify, archive"],
    ["status --xyzzy", "unknown option '--xyzzy'. kalshi status --help tells those there are"],
    ["--data-dir x status", "--data-dir stands behind its command, as in: kalshi collect --data-dir"],
    ["status --data_dir x", "unknown option '--data_dir'. Did you mean --data-dir?"],
    [
      "query select 1",
      "too many arguments for 'query'. Expected 1 argument but got 2. Words that belong together need quotes."
    ],
    ["log show", "missing required argument 'SEQ'"],
    ["status --data-dir", "--data-dir needs a value"],
    ["status --data-dir --json", "--data-dir needs a value"],
    ["log list --limit 0", "--limit 0: must be an integer, at least 1"],
    ["log list --limit 1.5", "--limit 1.5: must be an integer, at least 1"],
    ["log list --from abc", "--from abc: must be an integer, at least 1"],
    ["log show abc", "SEQ abc: must be an integer, at least 1"],
    ["replay --workers 0", "--workers 0: must be an integer from 1 to 64"],
    ["replay --workers 65", "--workers 65: must be an integer from 1 to 64"],
    ["exchange --markets 0", "--markets 0: must be an integer from 1 to 500000"],
    ["exchange --speed 0", "--speed 0: must be a number above 0"],
    ["demo --hours 0", "--hours 0: must be an integer from 1 to 48"],
    ["backfill --period 5", "--period 5: must be one of 1, 60, 1440"],
    [
      "collect --interval 15",
      "--interval 15: needs a unit: 15s, 15m (minutes), 15h, 15d, 15w, 15mo (months) or 15y"
    ],
    ["collect --candles 5", "--candles 5: there is no period 5; take some of 1, 60, 1440"],
    ["collect --feeds ,", "--feeds ,: must name at least one feed"],
    [
      "backfill --series kxhighny",
      "--series kxhighny: must be a ticker in capital letters, such as KXHIGHNY"
    ],
    ["backfill --tickers ALL", "--tickers ALL: ALL is no ticker of a market, such as KXHIGHNY-26NOV22-T58"],
    [
      "prune --keep-hot soon",
      "--keep-hot soon: must be a length of time such as 90s, 15m (minutes), 12h, 30d, 2w, 6mo (months) or 1y"
    ],
    ["status --data-dir=", '--data-dir "": must not be empty'],
    ["exchange --port 80000", "--port 80000: must be an integer from 0 to 65535"]
  ])("%s", (line, said) => {
    assert.strictEqual(refusal(line), said)
  })
})

describe("arguments that were once accepted", () => {
  it.each(["all", "none", "ALL", "kxhighny-26nov22-t58", ","])("--books %s", (books) => {
    assert.match(
      refusal(`collect --books ${books}`),
      /^--books .*: must be traded, open, or tickers of markets/
    )
  })

  it("such as a table that does not exist name the existing ones", () => {
    assert.match(
      refusal("export-csv --tables price"),
      /^--tables price: there is no table price; take some of markets, events, price_snapshots,/
    )
  })

  it.each([
    ["--api-url", (url: string) => refusal(`collect --api-url ${url}`)],
    ["KALSHI_API_URL", (url: string) => refusal("collect", { KALSHI_API_URL: url })]
  ])("a user and a password in %s are refused, and not said again", (where, refuse) => {
    for (const url of ["https://me:hunter2@host/trade-api/v2", "me:hunter2@host", "https://me:hunter2@"]) {
      const said = refuse(url)
      assert.match(said, new RegExp(`^${where} \\S*….*: must `))
      assert.notInclude(said, "hunter2")
    }
    assert.notInclude(refuse("https://host/v2?key=hunter2"), "hunter2")
  })
})

describe("the environment", () => {
  it.each([
    ["KALSHI_READ_TOKENS_PER_SECOND", "abc", "must be an integer, at least 10"],
    ["KALSHI_API_URL", "foo", "must be an http(s) URL such as https://external-api.kalshi.com/trade-api/v2"],
    ["KALSHI_LOG_LEVEL", "bogus", "must be one of all, trace, debug, info, warning, error, fatal, none"]
  ])("%s=%s is refused by its own name", (name, value, why) => {
    assert.strictEqual(refusal("collect", { [name]: value }), `${name} ${value}: ${why}`)
  })

  it("yields to a flag, and an empty variable counts as not set", () => {
    assert.property(asked("collect --api-url http://host", { KALSHI_API_URL: "foo" }), "job")
    assert.property(asked("collect", { KALSHI_API_URL: "" }), "job")
  })
})

describe("a parsed command line", () => {
  it("accepts the log level in any place", () => {
    for (const line of [
      "--log-level debug status",
      "status --log-level debug",
      "log --log-level debug list"
    ]) {
      assert.propertyVal(asked(line), "logLevel", "debug")
    }
  })

  it("accepts SQL that begins with a comment", () => {
    for (const sql of ["-- how many\nSELECT 1", "--nothing\n--at all\nSELECT 1", "- 1"]) {
      assert.property(parse(kalshi, ["query", sql, "--json"], {}), "job")
      assert.property(parse(kalshi, ["query", "--json", "--", sql], {}), "job")
    }
  })

  it("accepts the data directory of a question also for its dictionary", () => {
    assert.property(asked("tables trades --data-dir demo-data"), "job")
  })

  it("of a program that is started directly has no name of a program", () => {
    assert.property(parse(log, ["list"], {}), "job")
  })

  it("has the name of every feed", () => {
    assert.strictEqual(feedNames.join(), feeds.map(({ name }) => name).join())
  })
})
