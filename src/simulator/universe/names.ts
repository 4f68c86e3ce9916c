/** Kinds whose events are a choice between names: teams, players, candidates, words. */
import { at, hex, mix, type NonEmpty, pick } from "./chance.ts"
import { DAY, dayCode, HOUR, MINUTE, spokenDay } from "./instant.ts"
import type { EventFacts, Kind } from "./kind.ts"
import { LINEAR_CENT } from "./ticks.ts"

const TEAMS: NonEmpty<readonly [code: string, spoken: string]> = [
  ["HOU", "Houston"],
  ["PIT", "Pittsburgh"],
  ["BUF", "Buffalo"],
  ["KC", "Kansas City"],
  ["SEA", "Seattle"],
  ["LAR", "Los Angeles R"],
  ["DEN", "Denver"],
  ["NE", "New England"],
  ["CHI", "Chicago"],
  ["GB", "Green Bay"],
  ["SF", "San Francisco"],
  ["PHI", "Philadelphia"],
  ["JAC", "Jacksonville"],
  ["CAR", "Carolina"],
  ["MON", "Montréal"],
  ["SAO", "São Paulo"]
]

/** The two teams of an event. Each track of a series owns four, so parallel events of a day never share a ticker. */
const teams = (facts: EventFacts) => ({
  home: at(TEAMS, facts.track * 4 + (facts.generation % 2)),
  away: at(TEAMS, facts.track * 4 + 2 + (Math.floor(facts.generation / 2) % 2))
})

const gameCode = (facts: EventFacts): string => {
  const { away, home } = teams(facts)
  return `${dayCode(facts.closeUs)}${away[0]}${home[0]}`
}

const uuid = (key: number): string => {
  const digits = (hex(key) + hex(mix(key, 1)) + hex(mix(key, 2))).toLowerCase()
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`
}

const NOT_AFFILIATED =
  "Kalshi is not affiliated, associated, authorized, endorsed by, or in any way officially connected with the league or its teams. All trademarks, logos, and brand names are the property of their respective owners."

const postponed = (facts: EventFacts): string => {
  const { away, home } = teams(facts)
  return `The following market refers to the ${away[1]} at ${home[1]} ${facts.subject} game originally scheduled for ${spokenDay(facts.closeUs)}. If this game is postponed or delayed, the market will remain open and close after the rescheduled game has finished (within two weeks). If the cancelled game is not played or is rescheduled further than two weeks out, the market will resolve to a fair price for each side in accordance with the rules. ${NOT_AFFILIATED}`
}

export const GAMES: Kind = {
  name: "games",
  category: "Sports",
  share: 0.12,
  atLeast: 24,
  periods: [DAY, 2 * DAY, 3 * DAY],
  lead: 5 * MINUTE,
  sizes: [2, 2],
  tracks: 4,
  grid: LINEAR_CENT,
  closesEarly: 0.3,
  timer: 300,
  shard: 3,
  frequency: "custom",
  mutuallyExclusive: true,
  combo: false,
  restless: false,
  tags: ["Football"],
  sources: [{ name: "ESPN", url: "https://www.espn.com" }, { name: "Fox Sports" }],
  subjects: [
    ["NFL", "professional football"],
    ["NBA", "professional basketball"],
    ["NHL", "professional hockey"],
    ["NCAAMB", "men's college basketball"],
    ["EPL", "English Premier League"]
  ],
  seriesTicker: (code) => `KX${code}GAME`,
  seriesTitle: (spoken) => `The winner of a ${spoken} game`,
  eventCode: gameCode,
  marketCode: (facts, place) => (place === 0 ? teams(facts).home[0] : teams(facts).away[0]),
  eventWords: (facts) => {
    const { away, home } = teams(facts)
    return {
      title: `${away[1]} at ${home[1]}`,
      subTitle: `${away[0]} at ${home[0]} (${spokenDay(facts.closeUs)})`,
      rulesSecondary: postponed(facts),
      earlyClose: "This market will close and expire after a winner is declared."
    }
  },
  marketWords: (facts, place) => {
    const { away, home } = teams(facts)
    const side = place === 0 ? home : away
    return {
      title: `${away[1]} at ${home[1]} Winner?`,
      yesSubTitle: side[1],
      rulesPrimary: `If ${side[1]} wins the ${away[1]} at ${home[1]} ${facts.subject} game originally scheduled for ${spokenDay(facts.closeUs)}, then the market resolves to Yes.`,
      strikeType: "structured",
      customStrike: { team: uuid(mix(facts.key, place)) }
    }
  }
}

const FIRST = ["Kenneth", "Jaylen", "Pat", "Nick", "Will", "Jonnu", "José", "Woody"] as const
const LAST = ["Warren", "Smith", "Chubb", "Marks", "Collins", "Stroud", "Ñúñez", "Gainwell"] as const

/** Returns the player of a market: every three consecutive markets are three thresholds of one player. */
const player = (facts: EventFacts, place: number) => {
  const key = mix(facts.key, 40 + Math.floor(place / 3))
  const [first, last] = [pick(key, 1, FIRST), pick(key, 2, LAST)]
  return { first, last, number: Math.floor(place / 3) + 1, rung: 10 + 10 * (place % 3) }
}

export const PROPS: Kind = {
  ...GAMES,
  name: "props",
  share: 0.34,
  atLeast: 48,
  periods: [2 * DAY, 3 * DAY, 4 * DAY],
  lead: HOUR,
  sizes: [6, 12],
  mutuallyExclusive: false,
  tags: ["Player props", "Football"],
  seriesTicker: (code) => `KX${code}PTS`,
  seriesTitle: (spoken) => `Points of a player in a ${spoken} game`,
  marketCode: (facts, place) => {
    const { first, last, number, rung } = player(facts, place)
    const name = `${first.charAt(0)}${last}`.toUpperCase().replaceAll("É", "E").replaceAll("Ñ", "N")
    return `${teams(facts).home[0]}${name.replaceAll("Ú", "U")}${number}-${rung}`
  },
  eventWords: (facts) => {
    const { away, home } = teams(facts)
    return {
      title: `${away[1]} at ${home[1]}: Points`,
      subTitle: `${away[0]} at ${home[0]} (${spokenDay(facts.closeUs)})`,
      rulesSecondary: postponed(facts),
      earlyClose: "This market will close and expire after the game has finished."
    }
  },
  marketWords: (facts, place) => {
    const { first, last, rung } = player(facts, place)
    const { away, home } = teams(facts)
    return {
      title: `${first} ${last}: ${rung}+ points`,
      yesSubTitle: `${first} ${last}: ${rung}+`,
      rulesPrimary: `If ${first} ${last} records at least ${rung} points in the ${away[1]} at ${home[1]} ${facts.subject} game originally scheduled for ${spokenDay(facts.closeUs)}, then the market resolves to Yes. Overtime counts. If the player does not take part, the market resolves to a fair price.`,
      strikeType: "structured",
      floorStrike: rung - 0.5,
      customStrike: { player: uuid(mix(facts.key, 40 + Math.floor(place / 3))) }
    }
  }
}

const WORDS = [
  "Inflation",
  "Tariff",
  "Artificial intelligence",
  "Border",
  "Hot dog",
  "Bitcoin",
  "Golden age",
  "Chips",
  "Ukraine",
  "Rate cut",
  "Recession",
  "Election"
] as const

/** The last kind of the catalogue, which takes all the open markets that the others leave. */
export const MENTIONS: Kind = {
  ...GAMES,
  name: "mentions",
  category: "Mentions",
  share: 0,
  atLeast: 0,
  periods: [5 * DAY, 7 * DAY, 7 * DAY, 14 * DAY, 28 * DAY],
  lead: 3 * HOUR,
  sizes: [1, 12],
  tracks: 1,
  closesEarly: 0.1,
  timer: 600,
  shard: 0,
  frequency: "weekly",
  mutuallyExclusive: false,
  tags: null,
  sources: null,
  subjects: [
    ["TRUMP", "Donald Trump"],
    ["FED", "the Federal Reserve's chair"],
    ["SNL", "the host of Saturday Night Live"],
    ["EARN", "the company on its earnings call"]
  ],
  seriesTicker: (code) => `KX${code}MENTION`,
  seriesTitle: (spoken) => `What will ${spoken} say?`,
  eventCode: (facts) => dayCode(facts.closeUs),
  marketCode: (facts, place) =>
    at(WORDS, place + facts.key)
      .slice(0, 4)
      .toUpperCase()
      .replace(" ", "") + place,
  eventWords: (facts) => ({
    title: `What will ${facts.subject} say before ${spokenDay(facts.closeUs)}?`,
    subTitle: `Before ${spokenDay(facts.closeUs)}`,
    rulesSecondary: `The word may be plural or possessive, and may be part of a compound. Grammatical and tense inflections, synonyms and homonyms are not included. A mention counts in any language of the broadcast if it is a direct translation. Video of the event is the primary source used to resolve the market; if a consensus cannot be reached from the video, reputable transcripts are used. Any part of the event that is not broadcast does not count. If the event is cancelled or does not take place before ${spokenDay(facts.closeUs)}, the market resolves to No. Employees of ${facts.subject}, and persons holding material non-public information, are not permitted to trade this contract.`,
    earlyClose: "This market will close and expire early if the event occurs."
  }),
  marketWords: (facts, place) => {
    const word = at(WORDS, place + facts.key)
    return {
      title: `What will ${facts.subject} say before ${spokenDay(facts.closeUs)}?`,
      yesSubTitle: word,
      rulesPrimary: `If ${facts.subject} says ${word} as part of a public, broadcast appearance between ${spokenDay(facts.openUs)} and ${spokenDay(facts.closeUs)}, then the market resolves to Yes.`,
      strikeType: "custom",
      customStrike: { Word: word }
    }
  }
}
