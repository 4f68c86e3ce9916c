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

/** Stored with every answer, and logged: it may hold nothing that is secret. */
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

/** What a request costs, as the exchange counts; a smaller budget would never grant one. */
const TOKENS_PER_REQUEST = 10

/** Read from the environment alone: a flag would show a key in the list of processes. */
export const credentials = {
  KALSHI_API_KEY_ID: "the API key that signs requests; without one they go unsigned",
  KALSHI_PRIVATE_KEY_PATH: "the file of its private key, in PEM",
  KALSHI_PRIVATE_KEY: "or the private key itself"
}

/** For programs that ask the exchange. */
export const exchange = {
  apiUrl: optionOr(PRODUCTION, {
    value: "URL",
    about: "Base URL of the exchange, /trade-api/v2 included",
    env: "KALSHI_API_URL",
    parse: baseUrl
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
