import { Command } from "@effect/cli"
import { Effect, Layer } from "effect"
import prettyBytes from "pretty-bytes"
import { slotSeconds } from "../../domain/time.ts"
import { nowSeconds } from "../../layers/now.ts"
import * as SqliteStatus from "../../layers/sqlite/Status.ts"
import { type FeedStatus, Status, type StatusReport } from "../../services/Status.ts"
import { reader } from "../compose.ts"
import { warnIfOutdated } from "../prepare.ts"
import * as settings from "../settings.ts"
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
    ...(feed.failed > 0 ? [`${count(feed.failed)} failed`] : []),
    ...(feed.skipped > 0 ? [`${count(feed.skipped)} skipped`] : []),
    ...(feed.missed > 0 ? [`${count(feed.missed)} missed`] : [])
  ]
  return holes.length === 0 ? "none" : holes.join(", ")
}

const lines = (report: StatusReport, now: number): ReadonlyArray<string> => {
  const { log } = report
  const behind = log.observations - report.tablesAtSeq
  return [
    `exchange   ${report.exchanges.join(", ") || "none recorded yet"}`,
    log.lastObservedAt === null
      ? "log        empty"
      : `log        ${plural(log.observations, "observation")} since ${log.firstObservedAt}, last ${log.lastObservedAt}`,
    `tables     ${count(report.markets)} markets (${count(report.openMarkets)} open), ${count(report.events)} events, ${count(report.settlements)} settlements${behind > 0 ? `; ${plural(behind, "observation")} behind the log` : ""}`,
    report.lastPriceSlot === null
      ? "prices     none yet"
      : `prices     ${plural(report.priceSlots, "slot")}, the last ${report.lastPriceSlot.slot} with ${count(report.lastPriceSlot.markets)} markets`,
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
    )
  ]
}

export const status = Command.make(
  "status",
  { dataDir: settings.dataDir, json: settings.json },
  ({ dataDir, json }) =>
    Effect.gen(function* () {
      yield* warnIfOutdated
      const report = yield* Effect.flatMap(Status, (status) => status.report)
      yield* result(json, report, lines(report, yield* nowSeconds))
    }).pipe(Effect.provide(Layer.provideMerge(SqliteStatus.layer(dataDir), reader(dataDir))))
).pipe(Command.withDescription("What is stored, since when, how late, and what is missing"))
