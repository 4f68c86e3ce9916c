/** Times and intervals as people type them. */
import { Effect } from "effect"
import ms from "ms"
import { WrongUsage } from "../domain/errors.ts"
import { epochMillis, normaliseTime } from "../domain/time.ts"
/** `5s`, `15m`, `1h`, `15 minutes` as whole seconds. */
export const parseInterval = (text: string): Effect.Effect<number, WrongUsage> => {
  const millis = /^\s*\d/.test(text) ? ms(text.trim() as ms.StringValue) : undefined
  return millis !== undefined && millis >= 1000 && millis <= 86_400_000 && millis % 1000 === 0
    ? Effect.succeed(millis / 1000)
    : new WrongUsage({
        why: `${text} is not an interval from 1s to 24h in whole seconds, such as 5s, 15m or 1h`
      })
}

/** More is an error of the library that reads ages, not an answer. */
const AGE_CHARS_MAX = 100
const AGE = /^\d+\s*[a-z]{1,20}$/i
const DATE = /^\d{4}-\d\d-\d\d$/
const DATE_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/

/**
 * A date or a date-time of ISO 8601 as seconds since the epoch; NaN for what is neither. Without an offset it
 * is UTC, as every time here is, and never in the zone of the machine.
 */
const readTime = (text: string): number => {
  const [, minutes = "", seconds = ":00", zone = "Z"] =
    DATE_TIME.exec(DATE.test(text) ? `${text}T00:00` : text) ?? []
  const time = normaliseTime(`${minutes}${seconds}${zone}`)
  return time === undefined ? Number.NaN : epochMillis(time) / 1000
}

/** A time (ISO 8601) or how long ago (`24h`) as seconds since the epoch. */
export const parseSince = (
  since: string | undefined,
  nowSeconds: number,
  flag = "--since"
): Effect.Effect<number | undefined, WrongUsage> => {
  if (since === undefined) return Effect.succeed(undefined)
  const text = since.trim()
  const ago = AGE.test(text) && text.length <= AGE_CHARS_MAX ? ms(text as ms.StringValue) : undefined
  const at = ago === undefined ? readTime(text) : nowSeconds - ago / 1000
  return Number.isFinite(at) && at <= nowSeconds
    ? Effect.succeed(Math.floor(at))
    : new WrongUsage({
        why: `${flag} ${since} is neither a time in the past (2026-11-22T00:00:00Z) nor an age (24h)`
      })
}
