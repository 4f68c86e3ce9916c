/** The page of a report: one file that runs and loads nothing, whatever is in the titles, and the same each time. */
import { createHash } from "node:crypto"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { pageHtml } from "../../../src/programs/page/page.ts"
import { pictureSvg } from "../../../src/programs/page/picture.ts"
import { COMMAND, report } from "../report/fixture.ts"

let page = ""

beforeAll(async () => {
  page = await Effect.runPromise(pageHtml(report, COMMAND))
})

const FIGURES = report.sections.flatMap(({ figures }) => figures)

const unescaped = (html: string): string =>
  html
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")

const textsOf = (pattern: RegExp): ReadonlyArray<string> =>
  [...page.matchAll(pattern)].map(([, text = ""]) => text)

describe("a page", () => {
  it("runs nothing, loads nothing, and forbids both", () => {
    assert.notMatch(page, /<script|<iframe|<object|<link|<img|\son\w+=|javascript:/i)
    const outside = page.replace(/<pre>[\s\S]*?<\/pre>/g, "").match(/(?:https?:)?\/\/[\w.]+/g) ?? []
    assert.sameMembers(
      [...new Set(outside)],
      ["http://www.w3.org"],
      "names of SVG's and XLink's vocabularies"
    )
    const [style = ""] = textsOf(/<style>([\s\S]*?)<\/style>/g)
    const hash = createHash("sha256").update(style).digest("base64")
    assert.include(page, `content="default-src 'none'; style-src 'sha256-${hash}'`)
    assert.notInclude(page, "style=", "the policy allows no style of an element")
  })

  it("shows titles of others as text, and control characters as escapes", () => {
    assert.include(
      page,
      "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;\\x1b[31m &amp; &#39;x&#39; \\u202e</h1>"
    )
    assert.notInclude(page, "\u001b")
    assert.notInclude(page, "\u202e")
  })

  it("has each figure twice, for wide and for narrow screens, in the colours of the style sheet", () => {
    assert.lengthOf(textsOf(/<svg [^>]*class="marks (wide)"/g), FIGURES.length)
    assert.lengthOf(textsOf(/<svg [^>]*class="marks (narrow)"/g), FIGURES.length)
    assert.include(page, 'stroke="var(--series1)"')
    assert.notMatch(
      page.replace(/<pre>[\s\S]*?<\/pre>|<style>[\s\S]*?<\/style>/g, ""),
      /(?:fill|stroke)="#0b62a4"/
    )
    for (const { caption, title } of FIGURES) {
      assert.include(page, `${title}.</strong> ${caption.replace("95 %", "95\u00a0%")}`)
    }
  })

  it("interrupts a line where a value is unknown", () => {
    const [wide = ""] = textsOf(/<svg [^>]*class="marks wide"([\s\S]*?)<\/svg>/g)
    const paths = [...wide.matchAll(/aria-roledescription="line mark"[^>]*d="([^"]+)"/g)].map(
      ([, d = ""]) => d
    )
    assert.deepStrictEqual(
      paths.map((path) => path.match(/M/g)?.length),
      [2, 1],
      "the quotes are two pieces, the step line is one"
    )
  })

  it("has the specification of each figure with its data, for a notebook", () => {
    const specs = textsOf(/<pre>([\s\S]*?)<\/pre>/g).map((text) => JSON.parse(unescaped(text)))
    assert.lengthOf(specs, FIGURES.length)
    assert.match(specs[0].$schema, /vega-lite\/v6/)
    const values = specs[1].layer.flatMap((layer: { data: { values: unknown } }) => layer.data.values)
    assert.deepInclude(values, { line: "all", x: 0.5, y: 0.45, low: 0.4, high: 0.5 })
    assert.deepInclude(specs[3].data.values, {
      category: "Climate and Weather",
      group: "makers",
      value: null
    })
  })

  it("has every row of the tables, the counts and the source", () => {
    assert.include(
      page,
      '<td class="number">12.5</td><td class="word">yes</td><td class="word">2026-11-22 12:15</td>'
    )
    assert.include(page, '<td class="number">–</td><td class="word">no</td>')
    for (const text of [
      "1,000 of 1,200 markets",
      "not settled",
      COMMAND,
      report.source.chainSha256 ?? "none"
    ])
      assert.include(page, text)
  })

  it("lists more lines than a row of the legend holds in several rows", async () => {
    const names = Array.from({ length: 6 }, (_, at) => `$${92_000 + 250 * at} to $${92_250 + 250 * at}`)
    const figure = {
      kind: "lines" as const,
      title: "Price",
      caption: "",
      x: { label: "hour", unit: "number" as const },
      y: { label: "price", unit: "cents" as const },
      lines: names.map((name, at) => ({ name, points: [0, 1].map((x) => ({ x, y: x + at })) }))
    }
    const svg = await Effect.runPromise(pictureSvg(figure))
    for (const name of names) assert.include(svg, name)
    assert.include(svg, "prefers-color-scheme: dark")
    assert.include(svg, 'stroke="var(--series6)"')
  })

  it("writes numbers, days and the legend of its plots in full", async () => {
    const svg = await Effect.runPromise(
      pictureSvg({
        kind: "lines",
        title: "Contracts",
        caption: "",
        x: { label: "day (UTC)", unit: "day" },
        y: { label: "contracts", unit: "contracts" },
        band: "from the least to the most",
        lines: [
          {
            name: "contracts",
            shape: "step",
            points: [4_000_000, 2_500_000].map((y, at) => ({
              x: Date.UTC(2026, 10, 22 + at),
              y,
              low: y - 500_000,
              high: y + 500_000
            }))
          }
        ]
      })
    )
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => text)
    assert.includeMembers(texts, [
      "3,000,000",
      "22 Nov",
      "23 Nov",
      "day (UTC), 2026-11-22 to 2026-11-24",
      "from the least to the most"
    ])
    assert.notMatch(svg, /\de[+−-]\d/, "no power of ten")
  })

  it("is the same each time", async () => {
    assert.strictEqual(await Effect.runPromise(pageHtml(report, COMMAND)), page)
  })
})
