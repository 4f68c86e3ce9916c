/** A report with every kind of figure and cell, and with titles that belong to somebody else. */
import type { Report } from "../../../src/domain/reports/document.ts"

export const HOSTILE = `<script>alert("1")</script>\u001b[31m & 'x' \u202e`

const NOON = Date.UTC(2026, 10, 22, 12)
const HOUR = 3_600_000

export const report: Report = {
  name: "sample",
  title: `What became of ${HOSTILE}`,
  question: "Do the forms show what is in the report?",
  options: [{ name: "combos", value: "exclude" }],
  sections: [
    {
      id: "lines",
      title: "Lines",
      finding: "Prices rose from 20.0¢ to 80.0¢.",
      figures: [
        {
          kind: "lines",
          title: "Price of YES",
          caption: "The band is from the bid to the ask.",
          x: { label: "time (UTC)", unit: "time" },
          y: { label: "price", unit: "cents", domain: [0, 100] },
          band: "from bid to ask",
          reference: 50,
          marks: [{ x: NOON + 5 * HOUR, label: HOSTILE }],
          lines: [
            {
              name: "quotes",
              points: [20, 30, null, 70, 80].map((y, at) => ({
                x: NOON + at * HOUR,
                y,
                ...(y === null ? {} : { low: y - 5, high: y + 5 })
              }))
            },
            { name: "trades", shape: "points", points: [{ x: NOON + HOUR, y: 33 }] },
            {
              name: "daily",
              shape: "step",
              points: [20, 25, 60].map((y, at) => ({ x: NOON + 2 * at * HOUR, y }))
            }
          ]
        },
        {
          kind: "lines",
          title: "Reliability",
          caption: "Perfect forecasts lie on the diagonal.",
          x: { label: "forecast", unit: "probability", domain: [0, 1] },
          y: { label: "observed", unit: "probability", domain: [0, 1] },
          reference: "diagonal",
          lines: [
            { name: "all", points: [0.1, 0.5, 0.9].map((x) => ({ x, y: x * 0.9, low: x * 0.8, high: x })) }
          ]
        },
        {
          kind: "lines",
          title: "Contracts",
          caption: "Each column is an hour long.",
          x: { label: "time (UTC)", unit: "time" },
          y: { label: "contracts", unit: "contracts" },
          lines: [
            {
              name: "contracts",
              shape: "columns",
              points: [4, 0, 9].map((y, at) => ({ x: NOON + at * HOUR, y }))
            }
          ]
        }
      ],
      tables: [
        {
          columns: [
            { name: "market", label: "market", unit: "text" },
            { name: "price", label: "price", unit: "cents" },
            { name: "is_combo", label: "combo", unit: "flag" },
            { name: "closes", label: "closes", unit: "time" },
            { name: "share", label: "share", unit: "share" },
            { name: "volume", label: "volume", unit: "contracts" }
          ],
          rows: [
            [HOSTILE, 12.5, true, "2026-11-22T12:15:00.123456Z", 0.125, 1234567],
            ["", null, false, null, 0, -0.25]
          ]
        },
        { columns: [{ name: "n", label: "n", unit: "count" }], rows: [[0]] }
      ],
      method: ["Each price is the last one known at the time."]
    },
    {
      id: "by-category",
      title: "By category",
      figures: [
        {
          kind: "bars",
          title: "Return",
          caption: "Whiskers are intervals of 95 %.",
          category: { label: "category", unit: "text" },
          value: { label: "return", unit: "share" },
          bars: [
            { category: "Politics", group: "makers", value: 0.02, low: -0.01, high: 0.05 },
            { category: "Politics", group: "takers", value: -0.31 },
            { category: "Climate and Weather", group: "makers", value: null }
          ]
        },
        {
          kind: "heat",
          title: "Slots recorded",
          caption: "Darker is more; cells without colour have no data.",
          row: { label: "feed", unit: "text" },
          column: { label: "day", unit: "day" },
          value: { label: "share recorded", unit: "share" },
          classes: [0.5, 0.9, 0.99, 1],
          cells: [
            { row: "markets", column: "2026-11-22", value: 1 },
            { row: "markets", column: "2026-11-23", value: 0.4 },
            { row: "trades", column: "2026-11-22", value: null }
          ]
        }
      ],
      tables: [{ columns: [{ name: "category", label: "category", unit: "text" }], rows: [["Politics"]] }],
      method: []
    }
  ],
  unit: "markets",
  population: 1200,
  included: 1000,
  exclusions: [{ reason: "not settled", count: 200 }],
  notes: ["99.5 % of the due slots were recorded."],
  source: { lastSeq: 288, chainSha256: "3676c03f97817912".repeat(4) }
}

export const COMMAND = "kalshi analyze sample --data-dir data"
