/** Options that several programs take. */
import { flag, integer, option, optionOr, text, wanted } from "../cli/option.ts"

const PRODUCTION = "https://external-api.kalshi.com/trade-api/v2"

export const dataDir = optionOr("data", {
  value: "DIR",
  about: "Where the recording lives: kalshi.db, exports/",
  env: "KALSHI_DATA_DIR",
  parse: text
})

export const json = flag("The result as one JSON document on stdout")

const httpUrl = (words: string): string => {
  const url = URL.canParse(words) ? new URL(words) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol)
    ? words.replace(/\/+$/, "")
    : wanted(`must be an http(s) URL such as ${PRODUCTION}`)
}

/** What a request costs, as the exchange counts; a smaller budget would never grant one. */
const TOKENS_PER_REQUEST = 10

/** For programs that ask the exchange. */
export const exchange = {
  apiUrl: optionOr(PRODUCTION, {
    value: "URL",
    about: "Base URL of the exchange, /trade-api/v2 included",
    env: "KALSHI_API_URL",
    parse: httpUrl
  }),
  /** Undefined when nobody has set it: then it depends on the key. */
  readTokensPerSecond: option({
    value: "N",
    about: `Request budget; a request costs ${TOKENS_PER_REQUEST}`,
    env: "KALSHI_READ_TOKENS_PER_SECOND",
    otherwise: "40, or with an API key what the exchange grants it",
    parse: integer(TOKENS_PER_REQUEST)
  }),
  allowOtherExchange: flag("Record another host into a directory that belongs to one already")
}
