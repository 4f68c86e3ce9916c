/** Formats a status report for the terminal. */
import prettyBytes from "pretty-bytes"
import { describeGap } from "../../domain/gaps.ts"
import { newYorkTime } from "../../domain/units/new-york.ts"
import { slotSeconds } from "../../domain/units/time.ts"
import type {
  DiskUse,
  ExchangeState,
  FeedStatus,
  OpenBackfill,
  ScheduledTrading,
  StatusReport,
  TablesRebuild
} from "../../services/Status.ts"
import { age, count, plural } from "./output.ts"
import { printableLine } from "./printable.ts"
import { tableLines } from "./table.ts"
import { wrap } from "./text-width.ts"
import { tierLines } from "./tiers.ts"

/** The width of a label. The longest is `quarantine`. */
const LABEL_COLUMNS = 11
/**
 * The length to which a reason is cut. It may quote the exchange at length; `collection_runs` has the full
 * text.
 */
const REASON_CHARS_MAX = 240

/** Removes the fraction of a second from a time. */
const toSecond = (time: string): string => time.replace(/\.\d+Z$/, "Z")

/** Cuts a long text at the end of a word. */
const shortened = (text: string): string => {
  if (text.length <= REASON_CHARS_MAX) return text
  const part = text.slice(0, REASON_CHARS_MAX)
  const end = part.lastIndexOf(" ")
  return `${part.slice(0, end === -1 ? REASON_CHARS_MAX : end)} …`
}

/** Wraps a text after its label. Further lines are indented by the width of the label. */
const behind = (label: string, text: string, screen: number | undefined): ReadonlyArray<string> =>
  wrap(printableLine(text), (screen ?? Number.POSITIVE_INFINITY) - label.length).map(
    (line, at) => (at === 0 ? label : " ".repeat(label.length)) + line
  )

/**
 * Describes the age of the newest complete slot. A feed is late if that is more than one and a half intervals
 * ago.
 */
const lateness = (feed: FeedStatus, now: number): string => {
  if (feed.lastCompleteSlot === null) return "never"
  const since = now - slotSeconds(feed.lastCompleteSlot)
  // The clock of this machine was ahead when the slot was taken, or is behind now.
  if (since < 0) return `${age(-since)} ahead of the clock`
  const late = feed.interval !== null && since > feed.interval * 1.5
  return `${age(since)} ago${late ? ", late" : ""}`
}

const gapWords = (feed: FeedStatus): string =>
  [
    [feed.failed, "failed"],
    [feed.skipped, "skipped"],
    [feed.missed, "missed"],
    [feed.partial, "with a warning"]
  ]
    .flatMap(([slots, word]) => (slots === 0 ? [] : [`${count(Number(slots))} ${word}`]))
    .join(", ")

/** Formats the gaps of each feed: how many slots failed, are missing or have a warning, and the newest few. */
const gaps = (feeds: ReadonlyArray<FeedStatus>, screen: number | undefined): ReadonlyArray<string> => {
  const lines = feeds.flatMap((feed) => {
    const { gaps, newestWarning, olderGaps } = feed
    const words = gapWords(feed)
    if (words === "") return []
    const isShown = gaps.some(({ status }) => status === "partial")
    return [
      `  ${feed.feed}: ${words}`,
      ...gaps.flatMap((gap) => behind("    ", shortened(describeGap(gap)), screen)),
      ...(newestWarning === null || isShown
        ? []
        : behind(
            "    ",
            shortened(`the newest warning, ${newestWarning.slot}: ${newestWarning.reason}`),
            screen
          )),
      ...(olderGaps > 0 ? [`    and ${count(olderGaps)} older (kalshi query "FROM coverage")`] : [])
    ]
  })
  return lines.length === 0 ? [] : ["", "gaps, newest first; times are UTC", ...lines]
}

const tradingWords = ({
  estimatedResumeTime,
  exchangeActive,
  snapshotTime,
  tradingActive
}: ExchangeState): string => {
  const at = `at ${snapshotTime}`
  if (exchangeActive === false || tradingActive === false) {
    const what = exchangeActive === false ? "the exchange is closed" : "trading is paused"
    const until =
      estimatedResumeTime === null || estimatedResumeTime === ""
        ? ""
        : `, back ${toSecond(estimatedResumeTime)}`
    return `${what}${until} (${at}): prices stand still`
  }
  return `${exchangeActive === null || tradingActive === null ? "not known" : "open"} (${at})`
}

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

const newYork = (time: string) => {
  const { minute, weekday } = newYorkTime(slotSeconds(time))
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60]
  const clock = `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`
  return { clock, day: WEEKDAYS[weekday] ?? "", words: `${WEEKDAYS[weekday]} ${clock}` }
}

/**
 * Formats a scheduled pause: `Thursday 03:00-05:00 in New York`. An end that is unknown or far away is left
 * out.
 */
const pauseWords = ({ pausedFrom, pausedTo }: ScheduledTrading): ReadonlyArray<string> => {
  const [from, to] = [pausedFrom, pausedTo].map((time) => (time === null ? undefined : newYork(time)))
  if (from === undefined) return to === undefined ? [] : [`until ${to.words} in New York`]
  if (to === undefined) return [`since ${from.words} in New York`]
  return [`${from.words}-${from.day === to.day ? to.clock : to.words} in New York`]
}

/**
 * Describes the exchange's trading schedule at the time of the report. Prices stand still in a scheduled
 * pause, which is not a gap in the recording.
 */
export const scheduleWords = (scheduled: ScheduledTrading): string => {
  if (scheduled.hours === "open") return "trading open by schedule"
  if (scheduled.hours === "unknown") return "its schedule does not say whether trading is open"
  const why = [...(scheduled.hours === "maintenance" ? ["maintenance"] : []), ...pauseWords(scheduled)]
  const when = why.length === 0 ? "" : ` (${why.join(", ")})`
  return `trading paused by schedule${when}: prices stand still`
}

/**
 * Formats an open backfill: `2026-11-22T12:00:00Z waiting, 3 of 120 listings (the exchange does not answer
 * …)`.
 */
const backfillWords = ({ reason, requests, requestsDone, slot, status }: OpenBackfill): string => {
  const far = requests === 0 ? "" : `, ${count(requestsDone)} of ${plural(requests, "listing")}`
  return `${slot} ${status}${far}${reason === null ? "" : ` (${shortened(reason)})`}`
}

export const backfills = (
  open: ReadonlyArray<OpenBackfill>,
  screen?: number | undefined
): ReadonlyArray<string> =>
  open.length === 0
    ? []
    : [
        `${"backfills".padEnd(LABEL_COLUMNS)}${count(open.length)} not ended yet`,
        ...open.flatMap((backfill) => behind(" ".repeat(LABEL_COLUMNS), backfillWords(backfill), screen))
      ]

const exchangeWords = ({ exchanges, scheduledTrading }: StatusReport): string =>
  [
    exchanges.join(", ") || "none recorded yet",
    ...(scheduledTrading === null ? [] : [scheduleWords(scheduledTrading)])
  ].join("; ")

const recorderWords = ({ feeds, recorder }: StatusReport): string => {
  if (recorder !== null)
    return `${recorder.program} (process ${recorder.pid} on ${recorder.host}) since ${toSecond(recorder.since)}`
  const open = feeds.filter(({ lastStatus }) => lastStatus === "running").length
  return open === 0
    ? "none is running"
    : `none is running: the last one was killed and left ${plural(open, "slot")} open, which the next one closes as failed`
}

/** Describes the rebuild of the tables: `reading 1,200 of 30,000 observations, 95 s left; until then …`. */
const rebuildWords = ({ done, of, phase, secondsLeft }: TablesRebuild): string => {
  const unit = phase === "reading" ? "observations" : "rows"
  const left = secondsLeft === null ? "" : `, ${count(secondsLeft)} s left`
  return `${phase} ${count(done)} of ${count(of)} ${unit}${left}; until it is done the tables are those of before`
}

const used = ({ databaseBytes, exportsBytes, otherBytes, walBytes }: DiskUse): number =>
  databaseBytes + walBytes + exportsBytes + otherBytes

const DAY_SECONDS = 86_400
/** The shortest recording, in seconds, from which a growth rate is computed. */
const PACE_SECONDS_MIN = 3600

/** Estimates how long the free disk space lasts if the recording keeps growing at its average rate. */
const lasts = ({ databaseBytes, freeBytes, log, walBytes }: StatusReport): string => {
  if (log.firstObservedAt === null || log.lastObservedAt === null) return ""
  const seconds = (Date.parse(log.lastObservedAt) - Date.parse(log.firstObservedAt)) / 1000
  if (seconds < PACE_SECONDS_MIN || databaseBytes + walBytes === 0) return ""
  const days = freeBytes / ((databaseBytes + walBytes) / seconds) / DAY_SECONDS
  const time =
    days < 2
      ? `about ${Math.floor(days * 24)} hours`
      : days > 3650
        ? "more than 10 years"
        : `about ${count(Math.floor(days))} days`
  return `, enough for ${time} at the pace so far`
}

const diskWords = (report: StatusReport): string => {
  const { databaseBytes, exportsBytes, freeBytes, otherBytes, walBytes } = report
  const parts = [
    `database ${prettyBytes(databaseBytes)}`,
    `its WAL ${prettyBytes(walBytes)}`,
    `exports ${prettyBytes(exportsBytes)}`,
    ...(otherBytes > 0 ? [`other files ${prettyBytes(otherBytes)}`] : [])
  ]
  return `${prettyBytes(used(report))} used (${parts.join(", ")}); ${prettyBytes(freeBytes)} free${lasts(report)}`
}

const ended = (feed: FeedStatus, isRecording: boolean): string => {
  if (feed.lastStatus === "running" && !isRecording) return "left open"
  return feed.lastStatus === "complete" && feed.lastReason !== null ? "warning" : feed.lastStatus
}

export const statusLines = (report: StatusReport, now: number, screen?: number): ReadonlyArray<string> => {
  const { exchangeState, log } = report
  const unread = log.observations - report.tablesAtSeq
  const labelled: ReadonlyArray<readonly [string, string]> = [
    ["exchange", exchangeWords(report)],
    ...(exchangeState === null ? [] : [["trading", tradingWords(exchangeState)] as const]),
    ["recorder", recorderWords(report)],
    [
      "log",
      log.firstObservedAt === null || log.lastObservedAt === null
        ? "empty"
        : `${plural(log.observations, "observation")} since ${toSecond(log.firstObservedAt)}, last ${toSecond(log.lastObservedAt)}`
    ],
    [
      "tables",
      `${plural(report.markets, "market")} (${count(report.openMarkets)} open), ${plural(report.events, "event")}, ${plural(report.settlements, "settlement")}${unread > 0 ? `; ${plural(unread, "observation")} behind the log` : ""}`
    ],
    ...(report.rebuild === null ? [] : [["rebuild", rebuildWords(report.rebuild)] as const]),
    [
      "prices",
      report.lastPriceSlot === null
        ? "none yet"
        : `${plural(report.priceSlots, "slot")}, the last ${report.lastPriceSlot.slot} with ${plural(report.lastPriceSlot.markets, "market")}`
    ],
    ...tierLines(report, now),
    ["quarantine", report.quarantined === 0 ? "empty" : plural(report.quarantined, "item")],
    ["disk", diskWords(report)]
  ]
  return [
    ...labelled.flatMap(([label, text]) => behind(label.padEnd(LABEL_COLUMNS), text, screen)),
    ...backfills(report.backfills, screen),
    "",
    ...tableLines(
      [
        "feed",
        "last slot",
        "ended",
        { name: "items", isRight: true, expendable: 1 },
        "last complete",
        { name: "slots", isRight: true, expendable: 2 },
        { name: "gaps", isRight: true }
      ],
      report.feeds.map((feed) => [
        feed.feed,
        feed.lastSlot,
        ended(feed, report.recorder !== null),
        count(feed.lastItems),
        lateness(feed, now),
        count(feed.complete + feed.failed + feed.skipped + feed.missed),
        count(feed.failed + feed.skipped + feed.missed + feed.partial)
      ]),
      screen
    ),
    ...gaps(report.feeds, screen)
  ]
}
