/** The state of a recording at a glance: what is stored, since when, how late, and what is missing. */
import { Context, type Effect } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { Gap } from "../domain/gaps.ts"
import type { Hours } from "../domain/read/exchange/schedule.ts"

export interface FeedStatus {
  readonly feed: string
  /** The newest slot, whatever its status. */
  readonly lastSlot: string
  readonly lastStatus: string
  readonly lastReason: string | null
  readonly lastItems: number
  readonly lastCompleteSlot: string | null
  /** Seconds between slots; `null` when the last slot was taken by `--once`. */
  readonly interval: number | null
  readonly complete: number
  /** The number of complete slots with a warning: complete except for what their reason says. */
  readonly partial: number
  readonly newestWarning: { readonly slot: string; readonly reason: string } | null
  readonly failed: number
  readonly skipped: number
  readonly missed: number
  /** The newest gaps, newest first. */
  readonly gaps: ReadonlyArray<Gap>
  /** The number of gaps that are not listed. */
  readonly olderGaps: number
}

/** The last recorded status of the exchange. Where trading is closed or paused, prices do not change. */
export interface ExchangeState {
  readonly snapshotTime: string
  readonly exchangeActive: boolean | null
  readonly tradingActive: boolean | null
  readonly estimatedResumeTime: string | null
  readonly observedAt: string
}

/** The exchange's schedule at the time of the report. */
export interface ScheduledTrading {
  readonly at: string
  /** `unknown` where the schedule does not cover that time, or cannot be read. */
  readonly hours: Hours
  /** The pause that contains `at`; `null` where there is none, or where its end is a week or more away. */
  readonly pausedFrom: string | null
  readonly pausedTo: string | null
  /** The time at which the schedule was recorded. */
  readonly observedAt: string
}

export interface OpenBackfill {
  readonly slot: string
  readonly status: "waiting" | "running"
  /** The reason for which it waits; `null` if it only waits for its turn. */
  readonly reason: string | null
  readonly requests: number
  readonly requestsDone: number
}

/** A rebuild of the tables that a recorder does while it records. */
export interface TablesRebuild {
  readonly since: string
  /** `reading`: observations of the log are replayed. `copying`: rows are copied beside the live tables. */
  readonly phase: "reading" | "copying"
  /** Observations or rows that are done, and all of them. */
  readonly done: number
  readonly of: number
  /** The estimated seconds until the phase ends, or `null` while too little is done for an estimate. */
  readonly secondsLeft: number | null
}

/** The process that is writing to the data directory at the time of the report. */
export interface RecorderState {
  readonly program: string
  readonly pid: number
  readonly host: string
  readonly since: string
}

/** The space that the data directory takes up on the disk, in bytes. */
export interface DiskUse {
  /** The size of `kalshi.db`, which holds the log and the tables. */
  readonly databaseBytes: number
  /** The size of the write-ahead log: data that is committed but not yet in `kalshi.db`. */
  readonly walBytes: number
  readonly exportsBytes: number
  /** The size of all other files in the data directory. */
  readonly otherBytes: number
  /** The free space on the directory's disk that is available without root privileges. */
  readonly freeBytes: number
}

export interface LakeStatus {
  /** The watermark: the seq up to which the lake has the rows of all tables. */
  readonly seq: number
  /** The last flush, `2026-11-22T12:15:00.123456Z`. */
  readonly flushedAt: string
  /** The files that are read, their rows and their bytes. */
  readonly files: number
  readonly rows: number
  readonly bytes: number
}

export interface ArchiveStatus {
  readonly segments: number
  /** Observations up to this seq are in the archive. */
  readonly lastSeq: number
  /** The bytes of the Parquet files. */
  readonly bytes: number
  /** The bytes of the bodies as they were received. */
  readonly bodyBytes: number
}

/** How the last attempt at a step of maintenance ended. */
export interface StepStatus {
  readonly step: string
  readonly finishedAt: string
  /** The end of the last attempt that ended well; `null` if none has. */
  readonly succeededAt: string | null
  /** Why the last attempt failed; `null` if it ended well. */
  readonly failure: string | null
}

export interface TiersStatus {
  /** `null` before the first flush. */
  readonly lake: LakeStatus | null
  /** `null` while all observations are in SQLite. */
  readonly archive: ArchiveStatus | null
  /** The tables of which old rows have left SQLite, and the time from which on it has all of them. */
  readonly hot: ReadonlyArray<{ readonly table: string; readonly from: string }>
  readonly maintenance: ReadonlyArray<StepStatus>
}

export interface StatusReport extends DiskUse, TiersStatus {
  /**
   * The recorder that is writing, or `null`. A run with status `running` was then left open by a recorder
   * that died.
   */
  readonly recorder: RecorderState | null
  /** The rebuild that the recorder has under way, or `null`. Until it ends the tables are those of before. */
  readonly rebuild: TablesRebuild | null
  readonly exchanges: ReadonlyArray<string>
  /** `null` where it is not recorded. */
  readonly exchangeState: ExchangeState | null
  /** `null` where no schedule is recorded. */
  readonly scheduledTrading: ScheduledTrading | null
  readonly log: {
    readonly observations: number
    readonly firstObservedAt: string | null
    readonly lastObservedAt: string | null
  }
  /** The least seq that any projection has read to. */
  readonly tablesAtSeq: number
  readonly markets: number
  /**
   * The markets of the newest complete listing; without one, all markets described as open, combos included.
   */
  readonly openMarkets: number
  readonly events: number
  readonly settlements: number
  readonly priceSlots: number
  readonly lastPriceSlot: { readonly slot: string; readonly markets: number } | null
  readonly feeds: ReadonlyArray<FeedStatus>
  /** Items that no decoder has understood yet. */
  readonly quarantined: number
  /** The backfills that have not ended. */
  readonly openBackfills: number
  readonly backfills: ReadonlyArray<OpenBackfill>
}

export class Status extends Context.Tag("kalshi-tape/Status")<
  Status,
  {
    /** One moment of the database; counts no price rows but those of one slot. */
    readonly report: Effect.Effect<StatusReport, StorageFailed>
  }
>() {}
