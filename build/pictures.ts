/**
 * Draws the pictures of the README from a recording, by default that of the demo: `npm run demo && npm run pictures`.
 * Each is the first figure of a report, with the colours of the page for light and dark backgrounds.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { NO_FILTERS } from "../src/domain/reports/filters.ts"
import * as DuckAnalytics from "../src/layers/duckdb/query/Analytics.ts"
import { makeCalibrationReport } from "../src/layers/reports/calibration/calibration.ts"
import { makeHistoryReport } from "../src/layers/reports/history/history.ts"
import { CALIBRATION } from "../src/programs/demo/calibration.ts"
import { pictureSvg } from "../src/programs/page/picture.ts"

const dataDir = process.argv[2] ?? "demo-data"
const folder = fileURLToPath(new URL("../docs/pictures", import.meta.url))

const reports = {
  calibration: makeCalibrationReport(CALIBRATION),
  history: makeHistoryReport({ ticker: undefined, filters: NO_FILTERS })
}

const pictures = Effect.forEach(Object.entries(reports), ([name, report]) =>
  Effect.gen(function* () {
    const figure = (yield* report).sections.flatMap(({ figures }) => figures)[0]
    if (figure === undefined) return yield* Effect.dieMessage(`the report ${name} has no figure`)
    const svg = yield* pictureSvg(figure)
    writeFileSync(`${folder}/${name}.svg`, svg)
    yield* Effect.log(`${folder}/${name}.svg: ${svg.length} bytes`)
  })
)

mkdirSync(folder, { recursive: true })
await Effect.runPromise(Effect.provide(pictures, DuckAnalytics.layer({ dataDir })))
