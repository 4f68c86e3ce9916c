/** Formats log entries, one line each. */
import { Cause, HashMap, type Logger, Option } from "effect"
import { printableLine } from "./printable.ts"

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
    ...(withCause && !Cause.isEmpty(cause)
      ? [`cause=${Cause.pretty(cause, { renderErrorCause: true }).replace(/\s*\n\s*/g, " | ")}`]
      : [])
  ]
  return `${date.toISOString()} ${logLevel.label.padEnd(5)} ${printableLine(parts.join(" "))}`
}
