/** What every program can be told: a flag beats the environment, the environment the default. */
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import { Config, Effect, Option } from "effect"
import ms from "ms"
import { WrongUsage } from "../domain/errors.ts"
import { epochMillis, normaliseTime } from "../domain/time.ts"
import { TOKENS_PER_REQUEST } from "../layers/http/pace.ts"
import * as credentials from "./credentials.ts"

const PRODUCTION = "https://external-api.kalshi.com/trade-api/v2"

export const dataDir = Options.text("data-dir").pipe(
  Options.withDescription("Where the recording lives: kalshi.db, exports/ (KALSHI_DATA_DIR)"),
  Options.withFallbackConfig(Config.nonEmptyString("KALSHI_DATA_DIR")),
  Options.withDefault("data")
)

export const json = Options.boolean("json").pipe(
  Options.withDescription("The result as one JSON document on stdout")
)

const apiUrl = Options.text("api-url").pipe(
  Options.withDescription("Base URL of the exchange, /trade-api/v2 included (KALSHI_API_URL)"),
  Options.withFallbackConfig(Config.nonEmptyString("KALSHI_API_URL")),
  Options.withDefault(PRODUCTION),
  Options.mapTryCatch(
    (url) => {
      if (!/^https?:/.test(new URL(url).protocol)) throw new Error("no http")
      return url.replace(/\/+$/, "")
    },
    () => HelpDoc.p("--api-url is not an http(s) URL such as https://external-api.kalshi.com/trade-api/v2")
  )
)

/** Undefined when nobody has set it: then it depends on the key. */
const readTokensPerSecond = Options.integer("read-tokens-per-second").pipe(
  Options.withDescription(
    "Request budget; a request costs 10. Without it 40, or with a key what the exchange grants (KALSHI_READ_TOKENS_PER_SECOND)"
  ),
  Options.withFallbackConfig(Config.integer("KALSHI_READ_TOKENS_PER_SECOND")),
  Options.mapTryCatch(
    (tokens) => {
      if (tokens < TOKENS_PER_REQUEST) throw new Error("too few")
      return tokens
    },
    () =>
      HelpDoc.p(`--read-tokens-per-second must be at least ${TOKENS_PER_REQUEST}, the cost of one request`)
  ),
  Options.optional,
  Options.map(Option.getOrUndefined)
)

/** Of the environment alone, and read with the flags, so that a wrong key ends a program before it starts. */
const signer = Options.none.pipe(
  Options.mapEffect(() =>
    Effect.mapError(credentials.signer, ({ message }) => ValidationError.invalidValue(HelpDoc.p(message)))
  )
)

const allowOtherExchange = Options.boolean("allow-other-exchange").pipe(
  Options.withDescription("Record another host into a directory that belongs to one already")
)

/** For programs that ask the exchange. */
export const exchange = { apiUrl, readTokensPerSecond, signer, allowOtherExchange }

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
  text: Option.Option<string>,
  nowSeconds: number,
  flag = "--since"
): Effect.Effect<number | undefined, WrongUsage> =>
  Option.match(text, {
    onNone: () => Effect.succeed(undefined),
    onSome: (since) => {
      const text = since.trim()
      const ago = AGE.test(text) && text.length <= AGE_CHARS_MAX ? ms(text as ms.StringValue) : undefined
      const at = ago === undefined ? readTime(text) : nowSeconds - ago / 1000
      return Number.isFinite(at) && at <= nowSeconds
        ? Effect.succeed(Math.floor(at))
        : new WrongUsage({
            why: `${flag} ${since} is neither a time in the past (2026-11-22T00:00:00Z) nor an age (24h)`
          })
    }
  })
