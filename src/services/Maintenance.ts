/**
 * The work that a recording needs now and then: a flush of the lake, its compaction, the archive of the log, and the removal of
 * old rows from SQLite. It works beside a recorder.
 */
import { Context, type Effect } from "effect"
import type { SlotSeconds } from "../domain/units/time.ts"
import type { CompactionReport, FlushReport } from "./Lake.ts"
import type { ArchiveReport } from "./LogArchive.ts"
import type { PruneReport } from "./Pruner.ts"

/** The steps in the order in which they are taken. */
export const maintenanceSteps = ["flush", "compact", "archive", "prune"] as const

export type MaintenanceStep = (typeof maintenanceSteps)[number]

export interface MaintenanceOptions {
  readonly steps: ReadonlyArray<MaintenanceStep>
  /** Observations that came before this time go into the archive. */
  readonly archiveBefore: SlotSeconds
  /** Rows of prices, books, trades and candles before this time leave SQLite. */
  readonly pruneBefore: SlotSeconds
  /** Called with how far a step has come, in units of its own, and with all that it has to do. */
  readonly onProgress?: (step: MaintenanceStep, done: number, of: number) => Effect.Effect<void>
}

export interface StepReports {
  readonly flush: FlushReport
  readonly compact: CompactionReport
  readonly archive: ArchiveReport
  readonly prune: PruneReport
}

export interface StepOutcome<Step extends MaintenanceStep = MaintenanceStep> {
  readonly step: Step
  readonly elapsedMillis: number
  /** One message that says what failed; `null` if the step has ended well. */
  readonly failure: string | null
  /** `null` if the step has failed before it had anything to report. */
  readonly report: StepReports[Step] | null
}

/** The outcome of one of the steps. Its `step` tells which report it has. */
export type AnyOutcome = { readonly [Step in MaintenanceStep]: StepOutcome<Step> }[MaintenanceStep]

export class Maintenance extends Context.Tag("kalshi-tape/Maintenance")<
  Maintenance,
  {
    /**
     * Takes steps one after the other, each whether those before it have failed or not: a lake that cannot be written
     * does not stop the archive, and `prune` removes nothing that the lake does not hold. How each step ended is
     * recorded, for `status`. A step that finds another maintenance at work fails, and is not recorded.
     */
    readonly run: (options: MaintenanceOptions) => Effect.Effect<ReadonlyArray<AnyOutcome>>
  }
>() {}
