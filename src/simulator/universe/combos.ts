/**
 * Combos: provisional markets over the outcomes of other markets, one market an event. `mve_filter=exclude`
 * leaves them out.
 */

import type { Leg } from "../wire/wire.ts"
import { hex, mix, whole } from "./chance.ts"
import { DAY, dayCode, HOUR } from "./instant.ts"
import type { EventFacts, Kind } from "./kind.ts"
import { GAMES } from "./names.ts"
import { COMBO_CENT } from "./ticks.ts"

const SIDES = ["PIT", "HOU", "SEA", "LAR", "BUF", "KC"] as const

const legs = (facts: EventFacts): Array<Leg> =>
  Array.from({ length: whole(facts.key, 31, 2, 6) }, (_, n) => {
    const event = `KXNFLGAME-${dayCode(facts.closeUs)}HOUPIT${n}`
    return {
      event_ticker: event,
      market_ticker: `${event}-${SIDES[n] ?? "PIT"}`,
      side: mix(facts.key, n) % 4 === 0 ? "no" : "yes"
    }
  })

const spoken = (facts: EventFacts): string =>
  legs(facts)
    .map((leg) => `${leg.side} ${leg.market_ticker.slice(leg.market_ticker.lastIndexOf("-") + 1)}`)
    .join(",")

export const COMBOS: Kind = {
  ...GAMES,
  name: "combos",
  category: "Exotics",
  share: 0.04,
  atLeast: 8,
  periods: [2 * HOUR, 6 * HOUR, DAY],
  lead: 0,
  sizes: [1, 1],
  tracks: 50,
  grid: COMBO_CENT,
  closesEarly: 0.2,
  timer: 600,
  shard: 1,
  frequency: "custom",
  mutuallyExclusive: false,
  combo: true,
  tags: null,
  subjects: [["SPORTSMULTIGAMEEXTENDED", "several games"]],
  seriesTicker: (code) => `KXMVE${code}`,
  seriesTitle: () => "Combo",
  eventCode: (facts) => `S2026${hex(facts.key)}`,
  marketCode: (facts) => hex(mix(facts.key, 99)).slice(0, 11),
  eventWords: (facts) => ({
    title: "Combo",
    subTitle: spoken(facts),
    rulesSecondary: "",
    earlyClose: "This market will close and expire early if all legs are determined."
  }),
  marketWords: (facts) => {
    const chosen = legs(facts)
    return {
      title: spoken(facts),
      yesSubTitle: spoken(facts),
      rulesPrimary: "",
      strikeType: "custom",
      customStrike: {
        "Associated Events": chosen.map((leg) => leg.event_ticker).join(","),
        "Associated Market Sides": chosen.map((leg) => leg.side).join(","),
        "Associated Markets": chosen.map((leg) => leg.market_ticker).join(",")
      },
      legs: chosen
    }
  }
}
