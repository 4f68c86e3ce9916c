import { Effect, Layer } from "effect"
import prettyBytes from "pretty-bytes"
import { describeHole, type Hole } from "../../domain/holes.ts"
import { newYorkTime } from "../../domain/new-york.ts"
import { slotSeconds } from "../../domain/time.ts"
import { nowSeconds } from "../../layers/now.ts"
import * as SqliteStatus from "../../layers/sqlite/Status.ts"
import {
  type ExchangeState,
  type FeedStatus,
  type OpenBackfill,
  type ScheduledTrading,
  Status,
  type StatusReport
} from "../../services/Status.ts"
import { reader } from "../compose.ts"
import type { Values } from "../definitions/status.ts"
import { warnIfCutShort, warnIfOutdated } from "../prepare.ts"
import { age, count, plural, result } from "../terminal/output.ts"
import { table } from "../terminal/table.ts"

/** Late is what has missed its own pace by more than half a slot. */
const lateness = (feed: FeedStatus, now: number): string => {
  if (feed.lastCompleteSlot === null) return "never complete"
  const since = now - slotSeconds(feed.lastCompleteSlot)
  const late = feed.interval !== null && since > feed.interval * 1.5
  return `${age(since)} ago${late ? ", late" : ""}`
}

const gaps = (feed: FeedStatus): string => {
  const holes = [
    ...(feed.partial > 0 ? [`${count(feed.partial)} partial`] : []),
    ...(feed.failed > 0 ? [`${count(feed.failed)} failed`] : []),
    ...(feed.skipped > 0 ? [`${count(feed.skipped)} skipped`] : []),
    ...(feed.missed > 0 ? [`${count(feed.missed)} missed`] : [])
  ]
  return holes.length === 0 ? "none" : holes.join(", ")
}

const HOLE_CHARS_MAX = 160

/** Failures quote the exchange at length; what to do about a partial walk is a command, and said whole. */
const holeWords = (hole: Hole): string =>
  hole.status === "partial" ? describeHole(hole) : describeHole(hole).slice(0, HOLE_CHARS_MAX)

/** Holes one by one, below the feeds: the newest few of each, and how many more. */
const holes = (feeds: ReadonlyArray<FeedStatus>): ReadonlyArray<string> => {
  const said = feeds.flatMap(({ feed, holes, olderHoles }) => [
    ...holes.map((hole) => `  ${feed}: ${holeWords(hole)}`),
    ...(olderHoles > 0
      ? [`  ${feed}: ${plural(olderHoles, "older hole")} (kalshi query "FROM coverage")`]
      : [])
  ])
  return said.length === 0 ? [] : ["", "holes, newest first; times are UTC", ...said]
}

const trading = (state: ExchangeState | null): ReadonlyArray<string> => {
  if (state === null) return []
  const { estimatedResumeTime, exchangeActive, snapshotTime, tradingActive } = state
  const at = `at ${snapshotTime}`
  if (exchangeActive === false || tradingActive === false) {
    const what = exchangeActive === false ? "the exchange is closed" : "trading is paused"
    const until =
      estimatedResumeTime === null || estimatedResumeTime === "" ? "" : `, back ${estimatedResumeTime}`
    return [`trading    ${what}${until} (${at}): prices stand still`]
  }
  return [`trading    ${exchangeActive === null || tradingActive === null ? "not known" : "open"} (${at})`]
}

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

const newYork = (time: string) => {
  const { minute, weekday } = newYorkTime(slotSeconds(time))
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60]
  const clock = `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`
  return { clock, day: WEEKDAYS[weekday] ?? "", said: `${WEEKDAYS[weekday]} ${clock}` }
}

/** `Thursday 03:00-05:00 in New York`; an end that is too far away to know is left out. */
const pauseWords = ({ pausedFrom, pausedTo }: ScheduledTrading): ReadonlyArray<string> => {
  const [from, to] = [pausedFrom, pausedTo].map((time) => (time === null ? undefined : newYork(time)))
  if (from === undefined) return to === undefined ? [] : [`until ${to.said} in New York`]
  if (to === undefined) return [`since ${from.said} in New York`]
  return [`${from.said}-${from.day === to.day ? to.clock : to.said} in New York`]
}

/** What the schedule says of now: a pause in it is no gap in the recording. */
export const scheduleWords = (scheduled: ScheduledTrading): string => {
  if (scheduled.hours === "open") return "trading open by schedule"
  if (scheduled.hours === "unknown") return "its schedule does not say whether trading is open"
  const why = [...(scheduled.hours === "maintenance" ? ["maintenance"] : []), ...pauseWords(scheduled)]
  const when = why.length === 0 ? "" : ` (${why.join(", ")})`
  return `trading paused by schedule${when}: prices stand still`
}

/** `waiting: 3 of 120 listings (the exchange does not answer …)`. */
export const backfills = (open: ReadonlyArray<OpenBackfill>): ReadonlyArray<string> =>
  open.length === 0
    ? []
    : [
        `backfills  ${count(open.length)} not ended yet`,
        ...open.map(({ reason, requests, requestsDone, slot, status }) => {
          const far = requests === 0 ? "" : `, ${count(requestsDone)} of ${plural(requests, "listing")}`
          return `           ${slot} ${status}${far}${reason === null ? "" : ` (${reason})`}`
        })
      ]

const exchangeWords = ({ exchanges, scheduledTrading }: StatusReport): string =>
  [
    exchanges.join(", ") || "none recorded yet",
    ...(scheduledTrading === null ? [] : [scheduleWords(scheduledTrading)])
  ].join("; ")

const lines = (report: StatusReport, now: number): ReadonlyArray<string> => {
  const { log } = report
  const behind = log.observations - report.tablesAtSeq
  return [
    `exchange   ${exchangeWords(report)}`,
    ...trading(report.exchangeState),
    log.lastObservedAt === null
      ? "log        empty"
      : `log        ${plural(log.observations, "observation")} since ${log.firstObservedAt}, last ${log.lastObservedAt}`,
    `tables     ${count(report.markets)} markets (${count(report.openMarkets)} open), ${count(report.events)} events, ${count(report.settlements)} settlements${behind > 0 ? `; ${plural(behind, "observation")} behind the log` : ""}`,
    report.lastPriceSlot === null
      ? "prices     none yet"
      : `prices     ${plural(report.priceSlots, "slot")}, the last ${report.lastPriceSlot.slot} with ${count(report.lastPriceSlot.markets)} markets`,
    ...backfills(report.backfills),
    `quarantine ${report.quarantined === 0 ? "empty" : plural(report.quarantined, "item")}`,
    `disk       ${prettyBytes(report.databaseBytes)} used, ${prettyBytes(report.freeBytes)} free`,
    "",
    table(
      ["feed", "last slot", "ended", "items", "last complete", "slots", "gaps"],
      report.feeds.map((feed) => [
        feed.feed,
        feed.lastSlot,
        feed.lastReason === null ? feed.lastStatus : `${feed.lastStatus}: ${feed.lastReason.slice(0, 60)}`,
        count(feed.lastItems),
        lateness(feed, now),
        count(feed.complete + feed.failed + feed.skipped + feed.missed),
        gaps(feed)
      ])
    ),
    ...holes(report.feeds)
  ]
}

export const run = ({ dataDir, json }: Values) =>
  Effect.gen(function* () {
    yield* warnIfOutdated
    yield* warnIfCutShort
    const report = yield* Effect.flatMap(Status, (status) => status.report)
    yield* result(json, report, lines(report, yield* nowSeconds))
  }).pipe(Effect.provide(Layer.provideMerge(SqliteStatus.layer(dataDir), reader(dataDir))))
