/** An answer in the forms for a person, a spreadsheet and a program. */
import { assert, describe, it } from "@effect/vitest"
import * as Formats from "../../../src/programs/terminal/formats/streamed.ts"
import { formatTable } from "../../../src/programs/terminal/formats/table.ts"
import { isNumeric } from "../../../src/programs/terminal/formats/values.ts"
import { widthOf } from "../../../src/programs/terminal/text-width.ts"
import { ExactNumber, type QueryColumn, type QueryRow } from "../../../src/services/Analytics.ts"

const ESC = "\u001b"
/** Colours, an operating system command, a C1 control sequence introducer and a direction override. */
const HOSTILE = `${ESC}[31mred${ESC}]0;title\u0007\u009b2J\u202egnp.exe`

const column = (name: string, type = "VARCHAR"): QueryColumn => ({ name, type })

const columns = [
  column("ticker"),
  column("bid", "DECIMAL(9,4)"),
  column("levels", "DECIMAL(9,4)[]"),
  column("n", "BIGINT")
]
const rows: ReadonlyArray<QueryRow> = [
  ['KX, "1"', 6.9, [1.5, null], new ExactNumber("9007199254740993")],
  ["", null, null, 2]
]

const written = (
  format: Formats.StreamedFormat,
  of: { readonly columns?: ReadonlyArray<QueryColumn>; readonly rows: ReadonlyArray<QueryRow> },
  onTerminal = false
) => {
  const { head, row, tail } = format(of.columns ?? columns, onTerminal)
  return head + of.rows.map(row).join("") + tail(of.rows.length)
}

describe("csv", () => {
  it("keeps NULL and the empty text distinct, and every digit", () => {
    assert.strictEqual(
      written(Formats.csv, { rows }),
      'ticker,bid,levels,n\n"KX, ""1""",6.9,"[1.5,null]",9007199254740993\n"",,,2\n'
    )
  })

  it("is unchanged data in a pipe, and harmless on a terminal", () => {
    const hostile = { columns: [column("x")], rows: [[HOSTILE]] }
    assert.include(written(Formats.csv, hostile), HOSTILE)
    const shown = written(Formats.csv, hostile, true)
    assert.strictEqual(shown, "x\n\\x1b[31mred\\x1b]0;title\\x07\\x9b2J\\u202egnp.exe\n")
  })
})

describe("json", () => {
  it("is an array of objects, in which a column has one type however large its numbers are", () => {
    const text = written(Formats.json, { rows })
    assert.strictEqual(
      text,
      '[\n  {"ticker": "KX, \\"1\\"", "bid": 6.9, "levels": [1.5,null], "n": 9007199254740993},\n  {"ticker": "", "bid": null, "levels": null, "n": 2}\n]\n'
    )
    assert.strictEqual(JSON.parse(text).length, 2)
    assert.strictEqual(written(Formats.json, { rows: [] }), "[]\n")
  })

  it("contains the same without a raw control character", () => {
    const text = written(Formats.ndjson, { columns: [column(`${ESC}name`)], rows: [[HOSTILE]] })
    assert.notMatch(text.trimEnd(), /[\p{Cc}\u202e]/u)
    assert.deepStrictEqual(JSON.parse(text), { [`${ESC}name`]: HOSTILE })
  })

  it("has one object in each line as ndjson", () => {
    const lines = written(Formats.ndjson, { rows }).trimEnd().split("\n")
    assert.deepStrictEqual(
      lines.map((line) => JSON.parse(line).ticker),
      ['KX, "1"', ""]
    )
    assert.strictEqual(written(Formats.ndjson, { rows: [] }), "")
  })
})

describe("line and markdown", () => {
  it("have one value in each line, with the names aligned to the right", () => {
    assert.strictEqual(
      written(Formats.line, {
        columns: columns.slice(0, 2),
        rows: [
          ["a\nb", 1],
          [null, 2]
        ]
      }),
      "ticker = a\\nb\n   bid = 1\n\nticker = NULL\n   bid = 2\n"
    )
    assert.strictEqual(written(Formats.line, { rows: [] }), "no rows\n")
  })

  it("have a table of Markdown, in which a bar in a value is not a border", () => {
    assert.strictEqual(
      written(Formats.markdown, {
        columns: columns.slice(0, 2),
        rows: [
          ["a|b\nc", null],
          [`${ESC}[1m`, 2]
        ]
      }),
      "| ticker | bid |\n|---|--:|\n| a\\|b<br>c | NULL |\n| \\\\x1b[1m | 2 |\n"
    )
  })
})

describe("a table", () => {
  const wide = [
    column("ticker"),
    column("title"),
    column("at", "TIMESTAMP WITH TIME ZONE"),
    column("nothing"),
    column("yes_bid", "DECIMAL(9,4)"),
    column("a_long_name_of_a_column"),
    column("last")
  ]
  const one: QueryRow = [
    "KXHIGHNY-26NOV22-T58",
    "Will the highest temperature in New York be above 58 on November 22?",
    "2026-11-22T12:15:00Z",
    null,
    6.9,
    "x",
    "the last"
  ]

  for (const screen of [20, 40, 60, 80, 100, 160, 300]) {
    it(`fits ${screen} columns, cuts no ticker, number or time, and names the columns that it leaves out`, () => {
      const text = formatTable({ columns: wide, rows: [one] }, screen)
      const lines = text.trimEnd().split("\n")
      const drawn = lines.filter((line) => /^[┌│├└]/.test(line))
      for (const line of drawn) assert.isAtMost(widthOf(line), screen)
      const said = text.replace(/\n\s*/g, " ")
      for (const { name } of wide) {
        const isShown = (drawn[1] ?? "").includes(name)
        assert.isTrue(isShown || new RegExp(`left out: .*\\b${name}\\b`).test(said), `${name} in\n${text}`)
        if (name === "at" && isShown && screen > 40) assert.include(drawn[3] ?? "", "2026-11-22T12:15:00Z")
      }
      if (screen >= 40) assert.include(text, "KXHIGHNY-26NOV22-T58")
      if (screen === 300) assert.notInclude(text, "…")
    })
  }

  it("cuts nothing in a pipe", () => {
    const text = formatTable({ columns: wide, rows: [one] })
    for (const value of one) if (typeof value === "string") assert.include(text, value)
    assert.notInclude(text, "…")
  })

  it("leaves out empty columns before it cuts", () => {
    const text = formatTable(
      { columns: [column("empty"), column("prose")], rows: [[null, "some words that are not to be cut"]] },
      40
    )
    assert.include(text, "some words that are not to be cut")
    assert.include(text, "1 column left out: empty")
  })

  it("states the number of rows, and that it does not show them all", () => {
    const shown = { columns: [column("n", "BIGINT")], rows: [[1], [2]] }
    assert.match(formatTable(shown), /└─+┘\n2 rows\n$/)
    assert.match(formatTable({ ...shown, rows: [[1]] }), /\n1 row\n$/)
    const more = formatTable({ ...shown, rest: { rows: 998, whole: true } })
    assert.match(more, /│ … │\n└─+┘\n1,000 rows, 2 shown \(--rows all shows them all\)\n$/)
    assert.include(formatTable({ ...shown, rest: { rows: 5, whole: false } }), "more than 7 rows, 2 shown")
    assert.include(formatTable({ ...shown, rest: { rows: 0, whole: false } }), "the first 2 rows (--rows all")
    assert.match(formatTable({ ...shown, rest: { rows: 0, whole: true } }), /│ 2 │\n└─+┘\n2 rows\n$/)
  })

  it("aligns wide characters, and shows control characters as escapes", () => {
    const text = formatTable(
      { columns: [column("x")], rows: [["日本語"], ["José"], [HOSTILE], ["👩‍👩‍👧"]] },
      80
    )
    assert.notMatch(text.replaceAll("\n", ""), /[\p{Cc}\u202e]/u)
    const widths = text
      .split("\n")
      .filter((line) => /^[┌│├└]/.test(line))
      .map(widthOf)
    assert.strictEqual(new Set(widths).size, 1, text)
  })

  it("shows a plan as DuckDB draws it", () => {
    const plan = {
      columns: [column("explain_key"), column("explain_value")],
      rows: [["physical_plan", "┌──┐\n└──┘\n"]]
    }
    assert.strictEqual(formatTable(plan, 3), "┌──┐\n└──┘\n")
  })

  it("aligns numbers to the right, but not intervals and lists", () => {
    assert.deepStrictEqual(
      [
        "INTERVAL",
        "INTEGER[]",
        "INTEGER",
        "DECIMAL(9,4)",
        "DECIMAL(9,4)[]",
        "UBIGINT",
        "STRUCT(a INTEGER)",
        "BIGNUM"
      ].map((type) => isNumeric(column("x", type))),
      [false, false, true, true, false, true, false, true]
    )
  })
})
