/**
 * A report as one HTML file that needs nothing else: no script, no font, no network. The same report gives the same bytes.
 */
import { createHash } from "node:crypto"
import { Effect } from "effect"
import type { Report, ReportSection } from "../../domain/reports/document.ts"
import type { Figure } from "../../domain/reports/figure.ts"
import { formatNumber } from "../../domain/reports/format.ts"
import { VERSION } from "../cli/version.ts"
import { escaped, lines, prose } from "./html.ts"
import { type Drawing, drawing, restartNumbering } from "./plot.ts"
import { STYLE } from "./style.ts"
import { tableHtml } from "./table.ts"

/** The number of sections from which a page begins with a list of them. */
const LISTED_MIN = 4

const count = (value: number): string => formatNumber(value, { label: "", unit: "count" })

/** Hides an SVG's parts from assistive technology, which reads the title and caption of the figure and its table. */
const image = (svg: string, kind: "wide" | "narrow"): string =>
  svg
    .replace(/^<svg /, `<svg aria-hidden="true" focusable="false" `)
    .replace('class="marks"', `class="marks ${kind}"`)

const figureHtml = ({ caption, title }: Figure, number: number, { narrow, spec, wide }: Drawing): string =>
  lines(
    `<figure role="group" aria-label="Figure ${number}: ${escaped(title)}">`,
    image(wide, "wide"),
    image(narrow, "narrow"),
    `<figcaption><strong>Figure ${number}. ${escaped(title)}.</strong> ${prose(caption)}`,
    `<details><summary>Specification for Vega-Lite, with its data</summary><pre>${escaped(spec)}</pre></details></figcaption>`,
    "</figure>"
  )

const sectionHtml = (
  { finding, id, method, tables, title }: ReportSection,
  figures: ReadonlyArray<string>,
  tablesBefore: number
): string =>
  lines(
    `<section aria-labelledby="${escaped(id)}">`,
    `<h2 id="${escaped(id)}">${escaped(title)}</h2>`,
    finding === undefined ? undefined : `<p>${prose(finding)}</p>`,
    ...figures,
    ...tables.map((one, at) => tableHtml(one, `Table ${tablesBefore + at + 1}. ${one.title ?? title}.`)),
    method.length === 0
      ? undefined
      : `<div class="method"><h3>Method</h3>\n${method.map((text) => `<p>${prose(text)}</p>`).join("\n")}</div>`,
    "</section>"
  )

const footHtml = (
  { exclusions, included, notes, population, source, unit }: Report,
  command: string
): string =>
  lines(
    `<footer class="foot">`,
    "<h2>What is counted</h2>",
    `<p>${count(included)} of ${count(population)} ${escaped(unit)}${exclusions.length === 0 ? "; none is left out." : ". Left out:"}</p>`,
    exclusions.length === 0
      ? undefined
      : `<table>${exclusions.map((one) => `<tr><td class="number">${count(one.count)}</td><td class="text">${escaped(one.reason)}</td></tr>`).join("")}</table>`,
    ...notes.map((note) => `<p>${prose(note)}</p>`),
    "<h2>Where it comes from</h2>",
    `<p><code>${escaped(command)}</code></p>`,
    source.lastSeq === undefined
      ? "<p>The log is empty.</p>"
      : `<p>The log up to observation ${count(source.lastSeq)}${source.chainSha256 === undefined ? "" : `, whose chained SHA-256 is <code>${escaped(source.chainSha256)}</code>`}. Whoever has the recording can check it with <code>kalshi log verify</code> and make this page again. kalshi-tape ${escaped(VERSION)}.</p>`,
    "</footer>"
  )

const headHtml = (title: string): string => {
  const hash = createHash("sha256").update(STYLE).digest("base64")
  return lines(
    "<head>",
    `<meta charset="utf-8">`,
    // Nothing may be loaded or run, whatever text of others is on the page.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>"
  )
}

/** Draws the figures of a report, one after the other, and numbers them through. */
const drawn = (sections: Report["sections"]) =>
  Effect.gen(function* () {
    yield* restartNumbering
    let number = 0
    return yield* Effect.forEach(sections, ({ figures }) =>
      Effect.forEach(figures, (figure) =>
        Effect.map(drawing(figure), (one) => {
          number++
          return figureHtml(figure, number, one)
        })
      )
    )
  })

export const pageHtml = (report: Report, command: string): Effect.Effect<string> =>
  Effect.map(drawn(report.sections), (figures) => {
    const { options, question, sections, title } = report
    const tablesBefore = (section: number) =>
      sections.slice(0, section).reduce((sum, { tables }) => sum + tables.length, 0)
    return `${lines(
      "<!doctype html>",
      `<html lang="en">`,
      headHtml(title),
      "<body><main>",
      `<header><h1>${escaped(title)}</h1>`,
      `<p class="question">${escaped(question)}</p>`,
      `<dl class="settings">${options.map(({ name, value }) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`).join("")}</dl>`,
      sections.length < LISTED_MIN
        ? undefined
        : `<nav aria-label="Sections"><ol>${sections.map(({ id, title: heading }) => `<li><a href="#${escaped(id)}">${escaped(heading)}</a></li>`).join("")}</ol></nav>`,
      "</header>",
      ...sections.map((section, at) => sectionHtml(section, figures[at] ?? [], tablesBefore(at))),
      footHtml(report, command),
      "</main></body></html>"
    )}\n`
  })
