/** The forms of a report for programs: JSON and CSV. */
import { assert, describe, it } from "@effect/vitest"
import { csvFiles } from "../../../src/programs/report/csv.ts"
import { reportJson } from "../../../src/programs/report/json.ts"
import { COMMAND, HOSTILE, report } from "./fixture.ts"

describe("a report as JSON", () => {
  const text = reportJson(report, COMMAND)

  it("has every value as it is, rows by the names of columns, and NULL apart from 0, false and the empty text", () => {
    const document = JSON.parse(text)
    assert.deepStrictEqual(document.sections[0].tables[0].rows, [
      {
        market: HOSTILE,
        price: 12.5,
        is_combo: true,
        closes: "2026-11-22T12:15:00.123456Z",
        share: 0.125,
        volume: 1234567
      },
      { market: "", price: null, is_combo: false, closes: null, share: 0, volume: -0.25 }
    ])
    assert.isNull(document.sections[1].finding)
    assert.deepInclude(document, {
      report: "sample",
      command: COMMAND,
      population: 1200,
      included: 1000,
      exclusions: [{ reason: "not settled", count: 200 }],
      source: { last_seq: 288, chain_sha256: report.source.chainSha256 }
    })
    assert.strictEqual(document.sections[0].figures[0].lines[0].points[2].y, null)
  })

  it("has names in snake case, and no control character", () => {
    const names = [...text.matchAll(/"(\w+)":/g)].map(([, name = ""]) => name)
    assert.deepStrictEqual(
      names.filter((name) => !/^[a-z][a-z0-9_]*$/.test(name)),
      []
    )
    assert.notInclude(text, "\u001b")
    assert.notInclude(text, "\u202e")
  })
})

describe("a report as CSV", () => {
  it("has the first table in the named file, and each other table beside it", () => {
    const files = csvFiles(report, "out.d/sample.csv")
    assert.deepStrictEqual(
      files.map(({ path }) => path),
      ["out.d/sample.csv", "out.d/sample-lines-2.csv", "out.d/sample-by-category.csv"]
    )
    assert.deepStrictEqual(
      csvFiles(report, "out.d/sample").map(({ path }) => path),
      ["out.d/sample", "out.d/sample-lines-2", "out.d/sample-by-category"]
    )
    const [first, second] = files
    assert.strictEqual(
      first?.text,
      `market,price,is_combo,closes,share,volume\n"${HOSTILE.replaceAll('"', '""')}",12.5,true,2026-11-22T12:15:00.123456Z,0.125,1234567\n"",,false,,0,-0.25\n`
    )
    assert.strictEqual(second?.text, "n\n0\n")
  })
})
