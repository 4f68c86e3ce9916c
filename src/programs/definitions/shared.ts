/** Options that several programs accept. */
import { flag, integer, option, optionOr, text, wanted } from "../cli/option.ts"

const PRODUCTION = "https://external-api.kalshi.com/trade-api/v2"

export const dataDir = optionOr("data", {
  value: "DIR",
  about: "Where the recording lives: kalshi.db, exports/",
  env: "KALSHI_DATA_DIR",
  parse: text
})

export const json = flag("The result as one JSON document on stdout")

/** Parses the base URL. It is stored with every answer and logged, so it must not contain secrets. */
const baseUrl = (words: string): string => {
  const url = URL.canParse(words) ? new URL(words) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return wanted(`must be an http(s) URL such as ${PRODUCTION}`)
  if (url.username !== "" || url.password !== "")
    return wanted("must hold no user name and no password: the URL is stored with every answer and logged")
  return url.search === "" && url.hash === ""
    ? words.replace(/\/+$/, "")
    : wanted("must end with the path: what follows ? or # would be stored with every answer and logged")
}

/** The cost of one request, as the exchange counts it. A smaller budget would never allow a request. */
const TOKENS_PER_REQUEST = 10

/** The API key, which is read only from the environment. A flag would show it in the list of processes. */
export const credentials = {
  KALSHI_API_KEY_ID: "the API key that signs requests; without one they go unsigned",
  KALSHI_PRIVATE_KEY_PATH: "the file of its private key, in PEM",
  KALSHI_PRIVATE_KEY: "or the private key itself"
}

/** Options of the programs that send requests to the exchange. */
export const exchange = {
  apiUrl: optionOr(PRODUCTION, {
    value: "URL",
    about: "Base URL of the exchange, /trade-api/v2 included",
    env: "KALSHI_API_URL",
    parse: baseUrl
  }),
  /** The request budget. If it is left out, the default depends on the API key. */
  readTokensPerSecond: option({
    value: "N",
    about: `Request budget; a request costs ${TOKENS_PER_REQUEST}`,
    env: "KALSHI_READ_TOKENS_PER_SECOND",
    otherwise: "40, or with an API key what the exchange grants it",
    parse: integer(TOKENS_PER_REQUEST)
  }),
  allowOtherExchange: flag("Record another host into a directory that belongs to one already")
}
