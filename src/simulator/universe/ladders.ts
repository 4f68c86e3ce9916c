/** Kinds whose events are ladders of thresholds: below the lowest, between two, above the highest. */
import { unit } from "./chance.ts"
import {
  DAY,
  dayCode,
  HOUR,
  MINUTE,
  minuteCode,
  SECOND,
  spokenDay,
  spokenMinute,
  type Us
} from "./instant.ts"
import type { EventFacts, Kind, MarketWords } from "./kind.ts"
import { CENTI_CENT, DECI_CENT, LINEAR_CENT, TAPERED_DECI_CENT } from "./ticks.ts"

interface Ladder {
  /** The distance from `centre` within which the middle of the ladder lies. */
  readonly centre: number
  readonly spread: number
  readonly step: number
  readonly digits: number
  readonly say: (value: string) => string
  readonly question: (facts: EventFacts, condition: string) => string
  readonly measured: (facts: EventFacts) => string
}

/** Returns the lowest threshold of an event's ladder. */
const lowest = (ladder: Ladder, facts: EventFacts): number => {
  const middle = ladder.centre + ladder.spread * (2 * unit(facts.key, 21) - 1)
  return Math.round(middle / ladder.step) * ladder.step - ladder.step * Math.floor((facts.size - 1) / 2)
}

const codeOn =
  (ladder: Ladder) =>
  (facts: EventFacts, place: number): string => {
    const low = lowest(ladder, facts)
    if (place === 0) return `T${low.toFixed(ladder.digits)}`
    if (place === facts.size - 1) {
      // A ladder of two rungs has one threshold, so its upper rung needs another letter.
      return `${facts.size === 2 ? "A" : "T"}${(low + (place - 1) * ladder.step).toFixed(ladder.digits)}`
    }
    return `B${(low + (place - 0.5) * ladder.step).toFixed(ladder.digits + 1)}`
  }

const wordsOn =
  (ladder: Ladder) =>
  (facts: EventFacts, place: number): MarketWords => {
    const exact = (value: number) => Number(value.toFixed(ladder.digits))
    const low = exact(lowest(ladder, facts))
    const say = (value: number) => ladder.say(value.toFixed(ladder.digits))
    const words = (sign: string, spoken: string, strikeType: MarketWords["strikeType"]) => ({
      title: ladder.question(facts, sign),
      yesSubTitle: spoken,
      rulesPrimary: `If ${ladder.measured(facts)} is ${spoken}, then the market resolves to Yes.`,
      strikeType
    })
    if (facts.size === 1) {
      return { ...words(`≥${say(low)}`, `${say(low)} or above`, "greater_or_equal"), floorStrike: low }
    }
    if (place === 0) return { ...words(`<${say(low)}`, `below ${say(low)}`, "less"), capStrike: low }
    const floorStrike = exact(low + (place - 1) * ladder.step)
    if (place === facts.size - 1) {
      return { ...words(`>${say(floorStrike)}`, `${say(floorStrike)} or above`, "greater"), floorStrike }
    }
    const capStrike = exact(floorStrike + ladder.step)
    const span = `${say(floorStrike)} to ${say(capStrike)}`
    return { ...words(span, span, "between"), floorStrike, capStrike }
  }

const NOT_ALL_DATA_IS_THE_SAME = (source: string, page: string) =>
  `Not all data is the same. While checking another source like ${source} may help guide your decision, the official and final value used to determine this market is the one reported by ${page} linked in the rules above. Preliminary reporting and measurement methods may be subject to underlying rounding and conversion nuances. Traders should exercise caution when interpreting preliminary data. Revisions to the underlying made after expiration will not be accounted for in determining the expiration value. If the source agency does not publish by the expiration date, the market resolves on the latest value available.`

const lastTrade = (at: Us): string =>
  `The Last Trading Time will be ${spokenMinute(at)} on ${spokenDay(at)} regardless of any data releases or events occurring. Expiration will occur on the sooner of the first 7:00 or 8:00\nAM ET following the release of the data for ${spokenDay(at)}, or one week after ${spokenDay(at)}.`

const COINS: Kind["subjects"] = [
  ["BTC", "Bitcoin"],
  ["ETH", "Ethereum"],
  ["SOL", "Solana"],
  ["XRP", "XRP"],
  ["DOGE", "Dogecoin"],
  ["ADA", "Cardano"],
  ["LTC", "Litecoin"],
  ["AVAX", "Avalanche"],
  ["LINK", "Chainlink"],
  ["SHIB", "Shiba Inu"]
]

const coin: Ladder = {
  centre: 86_000,
  spread: 9000,
  step: 250,
  digits: 0,
  say: (value) => `$${value}`,
  question: (facts, condition) =>
    `${facts.subject} price ${condition} on ${spokenDay(facts.closeUs)} at ${spokenMinute(facts.closeUs)}?`,
  measured: (facts) =>
    `the simple average of the sixty seconds of CF Benchmarks' ${facts.subject} Real-Time Index (BRTI) before ${spokenMinute(facts.closeUs)} on ${spokenDay(facts.closeUs)}`
}

const crypto = {
  category: "Crypto",
  tracks: 1,
  grid: TAPERED_DECI_CENT,
  closesEarly: 0,
  timer: 60,
  shard: 2,
  mutuallyExclusive: true,
  combo: false,
  restless: true,
  tags: ["BTC", "Hourly"],
  sources: [{ name: "CF Benchmarks", url: "https://www.cfbenchmarks.com/data/indices/BRTI" }],
  subjects: COINS,
  seriesTitle: (spoken: string) => `${spoken} price`,
  eventCode: (facts: EventFacts) => minuteCode(facts.closeUs),
  marketCode: codeOn(coin),
  marketWords: wordsOn(coin),
  eventWords: (facts: EventFacts) => ({
    title: `${facts.subject} price on ${spokenDay(facts.closeUs)} at ${spokenMinute(facts.closeUs)}?`,
    subTitle: `${spokenDay(facts.closeUs)} at ${spokenMinute(facts.closeUs)}`,
    rulesSecondary: NOT_ALL_DATA_IS_THE_SAME("Coinbase or Google", "the CF Benchmarks index"),
    earlyClose: ""
  })
} satisfies Partial<Kind>

export const CRYPTO_15M: Kind = {
  ...crypto,
  name: "crypto15m",
  share: 0.001,
  atLeast: 24,
  periods: [15 * MINUTE],
  lead: 10 * MINUTE,
  sizes: [1, 1],
  frequency: "fifteen_min",
  seriesTicker: (code) => `KX${code}15M`
}

export const CRYPTO_HOURLY: Kind = {
  ...crypto,
  name: "cryptoHourly",
  share: 0.005,
  atLeast: 36,
  periods: [HOUR],
  lead: 20 * MINUTE,
  sizes: [4, 12],
  frequency: "hourly",
  seriesTicker: (code) => `KX${code}`
}

export const CRYPTO_DAILY: Kind = {
  ...crypto,
  name: "cryptoDaily",
  share: 0.04,
  atLeast: 12,
  periods: [DAY, 7 * DAY],
  lead: 4 * HOUR,
  sizes: [6, 12],
  restless: false,
  frequency: "daily",
  seriesTicker: (code) => `KX${code}D`
}

const heat: Ladder = {
  centre: 58,
  spread: 24,
  step: 2,
  digits: 0,
  say: (value) => `${value}°`,
  question: (facts, condition) =>
    `Will the **high temp in ${facts.subject}** be ${condition} on ${spokenDay(facts.closeUs)}?`,
  measured: (facts) =>
    `the highest temperature recorded in ${facts.subject} for ${spokenDay(facts.closeUs)} as reported by the National Weather Service's Climatological Report (Daily)`
}

export const WEATHER: Kind = {
  name: "weather",
  category: "Climate and Weather",
  share: 0.11,
  atLeast: 24,
  periods: [DAY],
  lead: 4.5 * HOUR,
  sizes: [6, 6],
  tracks: 1,
  grid: LINEAR_CENT,
  closesEarly: 0.02,
  timer: 3600,
  shard: 0,
  frequency: "daily",
  mutuallyExclusive: true,
  combo: false,
  restless: false,
  tags: ["Daily temperature"],
  sources: [
    { name: "NWS Climatological Report", url: "https://forecast.weather.gov/product.php?issuedby=NYC" }
  ],
  subjects: [
    ["NY", "NYC"],
    ["CHI", "Chicago"],
    ["MIA", "Miami"],
    ["AUS", "Austin"],
    ["LAX", "Los Angeles"],
    ["DEN", "Denver"],
    ["PHIL", "Philadelphia"],
    ["SFO", "San Francisco"]
  ],
  seriesTicker: (code) => `KXHIGH${code}`,
  seriesTitle: (spoken) => `Highest temperature in ${spoken}`,
  eventCode: (facts) => dayCode(facts.closeUs),
  marketCode: codeOn(heat),
  marketWords: wordsOn(heat),
  eventWords: (facts) => ({
    title: `Highest temperature in ${facts.subject} on ${spokenDay(facts.closeUs)}?`,
    subTitle: `On ${spokenDay(facts.closeUs)}`,
    rulesSecondary: NOT_ALL_DATA_IS_THE_SAME(
      "AccuWeather or Google Weather",
      "the NWS Climatological Report"
    ),
    earlyClose: lastTrade(facts.closeUs)
  })
}

const index: Ladder = {
  centre: 6700,
  spread: 300,
  step: 25,
  digits: 0,
  say: (value) => value,
  question: (facts, condition) =>
    `Will the ${facts.subject} close ${condition} on ${spokenDay(facts.closeUs)}?`,
  measured: (facts) => `the end-of-day value of the ${facts.subject} for ${spokenDay(facts.closeUs)}`
}

export const INDEX_WEEKLY: Kind = {
  ...WEATHER,
  name: "indexWeekly",
  category: "Financials",
  share: 0.002,
  atLeast: 24,
  periods: [2 * DAY, 7 * DAY],
  lead: 2 * HOUR,
  sizes: [8, 12],
  grid: DECI_CENT,
  closesEarly: 0,
  timer: 600,
  frequency: "weekly",
  tags: null,
  sources: null,
  subjects: [
    ["INX", "S&P 500"],
    ["NASDAQ100", "Nasdaq-100"],
    ["WTI", "front-month WTI contract"]
  ],
  seriesTicker: (code) => `KX${code}`,
  seriesTitle: (spoken) => `${spoken} at the close`,
  marketCode: codeOn(index),
  marketWords: wordsOn(index),
  eventWords: (facts) => ({
    title: `${facts.subject} close on ${spokenDay(facts.closeUs)}?`,
    subTitle: `On ${spokenDay(facts.closeUs)}`,
    rulesSecondary: NOT_ALL_DATA_IS_THE_SAME("a broker's screen", "the index provider"),
    earlyClose: lastTrade(facts.closeUs)
  })
}

const inflation: Ladder = {
  ...index,
  centre: 3,
  spread: 2,
  step: 0.1,
  digits: 1,
  say: (value) => `${value}%`,
  question: (facts, condition) => `Will ${facts.subject} be ${condition}?`,
  measured: (facts) => `${facts.subject}, as first released before ${spokenDay(facts.closeUs)},`
}

export const ECONOMY: Kind = {
  ...INDEX_WEEKLY,
  name: "economy",
  category: "Economics",
  share: 0.01,
  atLeast: 24,
  periods: [21 * DAY, 28 * DAY],
  lead: 6 * HOUR + 30 * SECOND,
  grid: CENTI_CENT,
  timer: 1800,
  mutuallyExclusive: false,
  frequency: "monthly",
  tags: ["Inflation", "Jobs & Economy"],
  sources: [{ name: "Bureau of Labor Statistics", url: "https://www.bls.gov/news.release/cpi.nr0.htm" }],
  subjects: [
    ["CPIYOY", "the year-on-year rate of the CPI"],
    ["U3", "the U-3 unemployment rate"],
    ["PCECORE", "the year-on-year rate of core PCE"]
  ],
  seriesTitle: (spoken) => `The next release of ${spoken}`,
  marketCode: codeOn(inflation),
  marketWords: wordsOn(inflation)
}
