import { Effect, Layer } from "effect"
import prettyBytes from "pretty-bytes"
import { MaintenanceFailed } from "../../domain/errors.ts"
import { before as ageBefore } from "../../domain/units/age.ts"
import { nowSeconds } from "../../layers/clock/now.ts"
import type { CompactionReport, FlushReport } from "../../services/Lake.ts"
import type { ArchiveReport } from "../../services/LogArchive.ts"
import { type AnyOutcome, Maintenance } from "../../services/Maintenance.ts"
import { maintenance, maintenanceSteps } from "../cli/maintenance-layers.ts"
import type { Values } from "../definitions/maintain.ts"
import { plural, result } from "../terminal/output.ts"
import { withProgress } from "../terminal/progress.ts"
import { pruneLines } from "./prune.ts"

const total = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0)

const flushLine = ({ seq, tables }: FlushReport): string => {
  const rows = total(tables.map((table) => table.rows))
  return `flush: ${plural(rows, "row")} written; the lake has everything up to seq ${seq}`
}

const compactLine = ({ after, before, bytesAfter, bytesBefore }: CompactionReport): string =>
  before === 0
    ? "compact: no day is over that has small files"
    : `compact: ${plural(before, "file")} of ${prettyBytes(bytesBefore)} became ${plural(after, "file")} of ${prettyBytes(bytesAfter)}`

const archiveLine = ({ freedBytes, removed, segments }: ArchiveReport): string => {
  const bytes = total(segments.map(({ fileBytes }) => fileBytes))
  return segments.length === 0 && removed === 0
    ? "archive: nothing is old enough"
    : `archive: ${plural(segments.length, "segment")} of ${prettyBytes(bytes)} sealed, ${plural(removed, "observation")} removed from kalshi.db, which is ${prettyBytes(freedBytes)} smaller`
}

const linesOf = (outcome: AnyOutcome): ReadonlyArray<string> => {
  if (outcome.report === null) return [`${outcome.step}: failed`]
  switch (outcome.step) {
    case "flush":
      return [flushLine(outcome.report)]
    case "compact":
      return [compactLine(outcome.report)]
    case "archive":
      return [archiveLine(outcome.report)]
    case "prune":
      return pruneLines(outcome.report)
  }
}

/** Fails if a step has failed. */
const conclude = (outcomes: ReadonlyArray<AnyOutcome>) => {
  const failures = outcomes.flatMap(({ failure, step }) => (failure === null ? [] : [{ step, why: failure }]))
  return failures.length === 0 ? Effect.void : new MaintenanceFailed({ failures })
}

export const run = ({ dataDir, json, keepHot, olderThan, steps }: Values) =>
  Effect.gen(function* () {
    const service = yield* Maintenance
    const now = yield* nowSeconds
    const outcomes = yield* withProgress("maintaining", "parts", ({ at }) =>
      service.run({
        steps,
        archiveBefore: ageBefore(now, olderThan),
        pruneBefore: ageBefore(now, keepHot),
        onProgress: (_, done, of) => at(done, of)
      })
    )
    yield* result(json, { steps: outcomes }, outcomes.flatMap(linesOf))
    yield* conclude(outcomes)
  }).pipe(Effect.provide(Layer.provideMerge(maintenanceSteps(dataDir), maintenance(dataDir, "maintain"))))
