/** Formats log entries, one line each. */
import { Cause, HashMap, type Logger, Option } from "effect"
import { printableLine } from "./printable.ts"
import { wrap } from "./text-width.ts"

/** The frames of Effect's run loop, which every stack has and which tell nothing about a failure. */
const RUN_LOOP = /\n\s*at [^\n]*node_modules\/effect\/[^\n]*/g

const causeText = (cause: Cause.Cause<unknown>): string =>
  Cause.pretty(cause, { renderErrorCause: true })
    .replace(RUN_LOOP, "")
    .replace(/\s*\n\s*/g, " | ")

/**
 * Formats an entry as `time level feed: message key=value`. The feed of an entry stands before its message, and
 * its other annotations stand after it. `withCause` adds the entry's cause. Control characters are escaped,
 * because messages may quote text of the exchange.
 */
export const logLine = (
  { annotations, cause, date, logLevel, message }: Logger.Logger.Options<unknown>,
  withCause: boolean
): string => {
  const feed = HashMap.get(annotations, "feed")
  const words = (Array.isArray(message) ? message : [message]).map(String).join(" ")
  const parts = [
    Option.isSome(feed) ? `${String(feed.value)}: ${words}` : words,
    ...HashMap.toEntries(HashMap.remove(annotations, "feed")).map(
      ([key, value]) => `${key}=${String(value)}`
    ),
    ...(withCause && !Cause.isEmpty(cause) ? [`cause=${causeText(cause)}`] : [])
  ]
  return `${date.toISOString()} ${logLevel.label.padEnd(5)} ${printableLine(parts.join(" "))}`
}

/** The column at which the message of an entry begins. */
const MESSAGE_COLUMN = "2026-11-22T12:15:00.000Z INFO  ".length

/**
 * Breaks a line between words to the width of a terminal, with the continuation under the message. Without a
 * width the line is not broken, so that a log file has one line an entry.
 */
export const wrapLogLine = (line: string, columns: number | undefined): string =>
  columns === undefined || columns < 2 * MESSAGE_COLUMN
    ? line
    : wrap(line, columns, " ".repeat(MESSAGE_COLUMN)).join("\n")
