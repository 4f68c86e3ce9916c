/** Expected failures, as values. The message of each says what failed, why, and what to do about it. */
import { Data } from "effect"

const REQUEST_CHARS_MAX = 120

/** Shortens a request for a message. A request may name a hundred markets, and the log has all of it. */
const brief = (request: string): string =>
  request.length > REQUEST_CHARS_MAX ? `${request.slice(0, REQUEST_CHARS_MAX)}…` : request

/** The exchange gave no HTTP answer to any attempt. */
export class ExchangeUnreachable extends Data.TaggedError("ExchangeUnreachable")<{
  readonly url: string
  readonly attempts: number
  readonly why: string
}> {
  override get message() {
    return `${this.url} does not answer (${this.why}). Check the network and --api-url.`
  }
}

/** The exchange refused a request: it answered with an error status, or with a body that is not JSON. */
export class ExchangeRefused extends Data.TaggedError("ExchangeRefused")<{
  readonly request: string
  readonly status: number
  readonly why: string
  readonly attempts: number
}> {
  override get message() {
    const advice = adviceOn(this.status, this.request)
    return `the exchange answered ${this.status} to ${brief(this.request)} (${this.why}) after ${this.attempts} ${this.attempts === 1 ? "attempt" : "attempts"}.${advice === undefined ? "" : ` ${advice}`}`
  }
}

/**
 * Matches the path of a request that names no series, event or market. A 404 then means that the base URL is wrong, or
 * that the exchange does not have that path.
 */
const NAMES_NOTHING = /^(\/[a-z_]+)+(\?|$)/

const adviceOn = (status: number, request: string): string | undefined =>
  status === 404 && NAMES_NOTHING.test(request)
    ? "Does --api-url end with /trade-api/v2? If it does, the exchange does not serve this listing."
    : advice[status]

const advice: Readonly<Record<number, string>> = {
  400: "The request is not one the exchange knows any more: please report it.",
  401: "Check KALSHI_API_KEY_ID and the private key.",
  403: "The exchange refuses this network (region or firewall): a retry will not help.",
  404: "It is in the historical tier, purged, or too new.",
  429: "Lower --read-tokens-per-second."
}

/** A listing has no end. The walk stops, because following it would fill the disk. */
export class ListingEndless extends Data.TaggedError("ListingEndless")<{
  readonly request: string
  readonly page: number
  readonly why: string
}> {
  override get message() {
    return `the listing ${brief(this.request)} does not end: after page ${this.page + 1} ${this.why}; the walk is cut short and recorded as failed.`
  }
}

/** The answer to a batch lacks some of the markets that the request named. */
export class AnswerShort extends Data.TaggedError("AnswerShort")<{
  readonly request: string
  readonly markets: ReadonlyArray<string>
}> {
  override get message() {
    const [first, ...others] = this.markets
    return `the answer to ${brief(this.request)} is without ${first}${others.length === 0 ? "" : ` and ${others.length} more`}.`
  }
}

/** A feed asks about markets one by one, and no market is recorded yet. */
export class NothingListed extends Data.TaggedError("NothingListed")<{ readonly feed: string }> {
  override get message() {
    return "open markets are asked about, and none is known yet. Record the markets feed first, or with it."
  }
}

/**
 * The message of `NothingFound`. It does not suggest a retry, because the same request gives the same result.
 */
const NOTHING_FOUND =
  "the exchange knows no market by that name in that time, in neither tier. Check the name and the times; names are case-sensitive."

/** A backfill names markets that neither tier of the exchange knows. */
export class NothingFound extends Data.TaggedError("NothingFound") {
  override get message() {
    return NOTHING_FOUND
  }
}

/** The database or a file could not be read or written. */
export class StorageFailed extends Data.TaggedError("StorageFailed")<{
  readonly operation: string
  readonly why: string
  /** The error code: SQLite's own code if SQLite failed, or a code that the recorder has set. */
  readonly code?: string | undefined
  /** The error that the driver or Node raised, for the log at the debug level. */
  readonly cause?: unknown
}> {
  override get message() {
    return `${this.operation} failed: ${this.why}`
  }
}

/** A row of the log differs from what was written. */
export class LogDamaged extends Data.TaggedError("LogDamaged")<{
  readonly seq: number
  readonly why: string
  /** The segment of the archive that holds the row: `archive/1-5000`. */
  readonly segment?: string | undefined
}> {
  override get message() {
    return this.segment === undefined
      ? `the log is damaged at seq ${this.seq}: ${this.why}. Restore that row from a backup; the rows before it are intact.`
      : `the log is damaged in the segment ${this.segment}, seq ${this.seq}: ${this.why}. Restore that folder from a backup; the rows before it are intact.`
  }
}

/**
 * The end of the log is missing. The hash chain alone cannot show this; the anchor file can, because it says
 * how long the log was.
 */
export class LogCutShort extends Data.TaggedError("LogCutShort")<{
  readonly anchor: string
  readonly why: string
}> {
  override get message() {
    return `${this.why}. A kalshi.db-wal was lost or cut, or an older copy was put in its place. Restore kalshi.db with its kalshi.db-wal from a backup; if what is there is what you want, delete ${this.anchor}.`
  }
}

/** The folder of the archive has segments or files that are no part of the log. */
export class ArchiveForeign extends Data.TaggedError("ArchiveForeign")<{
  readonly folder: string
  readonly names: ReadonlyArray<string>
}> {
  override get message() {
    return `${this.folder} has what the log does not know: ${this.names.join(", ")}. It belongs to another log or to a newer kalshi.db: restore that one, or move it out of the archive.`
  }
}

/** The database file is damaged in a part that no hash covers: an index, or the structure of its pages. */
export class DatabaseDamaged extends Data.TaggedError("DatabaseDamaged")<{
  readonly dataDir: string
  readonly why: string
}> {
  override get message() {
    return `${this.dataDir}/kalshi.db is damaged: ${this.why}. Indexes are made anew by \`sqlite3 ${this.dataDir}/kalshi.db REINDEX\` and tables by \`kalshi replay\`, with the recorder stopped; if \`kalshi log verify\` still fails then, restore kalshi.db from a backup.`
  }
}

/** Records that are kept beside the log, such as `collection_runs`, are not as they were written. */
export class RecordsDamaged extends Data.TaggedError("RecordsDamaged")<{
  readonly what: string
  readonly why: string
}> {
  override get message() {
    return `${this.what} is not as it was recorded: ${this.why}. Restore kalshi.db from a backup; the log and the tables made of it do not depend on it.`
  }
}

/** Another process writes to this data directory. */
export class DataDirLocked extends Data.TaggedError("DataDirLocked")<{
  readonly dataDir: string
  readonly holder: string
}> {
  override get message() {
    return `${this.dataDir} is being written by ${this.holder}. Stop it first, or choose another --data-dir.`
  }
}

/** Another process flushes, compacts, archives or prunes in this data directory. */
export class MaintenanceLocked extends Data.TaggedError("MaintenanceLocked")<{
  readonly dataDir: string
  readonly holder: string
}> {
  override get message() {
    return `another maintenance works on ${this.dataDir}: ${this.holder}. Try again when it has ended.`
  }
}

/** The data directory holds no database yet. */
export class NoDatabase extends Data.TaggedError("NoDatabase")<{ readonly dataDir: string }> {
  override get message() {
    return `${this.dataDir} holds no kalshi.db yet. Run \`kalshi init\` or \`kalshi collect --once\`, or name another --data-dir.`
  }
}

/** The data directory belongs to another exchange. */
export class OtherExchange extends Data.TaggedError("OtherExchange")<{
  readonly dataDir: string
  readonly recorded: string
  readonly asked: string
}> {
  override get message() {
    return `${this.dataDir} records ${this.recorded}, not ${this.asked}. Choose another --data-dir, or pass --allow-other-exchange if they are the same exchange.`
  }
}

/** Tables differ from what a replay of the log makes. */
export class TablesDiffer extends Data.TaggedError("TablesDiffer")<{
  readonly tables: ReadonlyArray<string>
}> {
  override get message() {
    return `${this.tables.join(", ")} ${this.tables.length === 1 ? "differs" : "differ"} from what the log says. Run \`kalshi replay\` to rebuild.`
  }
}

/** The tables were built by another version, and cannot be compared with what this version builds. */
export class TablesOutdated extends Data.TaggedError("TablesOutdated")<{
  readonly projections: ReadonlyArray<string>
}> {
  override get message() {
    return `the projections ${this.projections.join(", ")} have changed since the tables were built. Run \`kalshi replay\` to rebuild.`
  }
}

/** Some feeds failed. What the others recorded is committed. */
export class FeedsFailed extends Data.TaggedError("FeedsFailed")<{
  readonly failures: ReadonlyArray<{ readonly feed: string; readonly why: string }>
}> {
  override get message() {
    const reasons = new Map<string, Array<string>>()
    for (const { feed, why } of this.failures) reasons.set(why, [...(reasons.get(why) ?? []), feed])
    return [...reasons]
      .map(([why, feeds]) => `${feeds.join(", ")}: ${why}${/[.?]$/.test(why) ? "" : "."}`)
      .join(" ")
  }
}

/** A backfill ended before it had everything. What it recorded stays. */
export class BackfillFailed extends Data.TaggedError("BackfillFailed")<{
  readonly slot: string
  readonly why: string
}> {
  override get message() {
    const again =
      this.why === NOTHING_FOUND ? "" : " Run the same command again: it goes on where it stopped."
    return `the backfill ${this.slot} failed: ${this.why}${again}`
  }
}

/** An export could not be written. An earlier export in its place is untouched. */
export class ExportFailed extends Data.TaggedError("ExportFailed")<{
  readonly path: string
  readonly why: string
  readonly cause?: unknown
}> {
  override get message() {
    return `the export to ${this.path} failed: ${this.why}. An earlier export there is untouched.`
  }
}

/** A file of a backup is missing, or is not the one that was written. Nothing has been restored from it. */
export class BackupDamaged extends Data.TaggedError("BackupDamaged")<{
  readonly backup: string
  /** The path below the folder of the backup. */
  readonly file: string
  readonly why: string
}> {
  override get message() {
    return `the backup ${this.backup} is damaged: ${this.file} ${this.why}. Nothing was restored; take another backup.`
  }
}

/** Steps of maintenance have failed. Those after them were taken all the same. */
export class MaintenanceFailed extends Data.TaggedError("MaintenanceFailed")<{
  readonly failures: ReadonlyArray<{ readonly step: string; readonly why: string }>
}> {
  override get message() {
    return this.failures
      .map(({ step, why }) => `${step} failed: ${why}${/[.?]$/.test(why) ? "" : "."}`)
      .join(" ")
  }
}

/** A query cannot be answered. */
export class QueryFailed extends Data.TaggedError("QueryFailed")<{ readonly why: string }> {
  override get message() {
    return this.why
  }
}

/** The options on the command line do not fit together. */
export class WrongUsage extends Data.TaggedError("WrongUsage")<{ readonly why: string }> {
  override get message() {
    return this.why
  }
}
