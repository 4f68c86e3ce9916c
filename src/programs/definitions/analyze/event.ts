import { optionalArgument, wanted } from "../../cli/option.ts"
import { report } from "./report.ts"

const eventTicker = (words: string): string =>
  /^[^a-z\s]+$/.test(words.trim())
    ? words.trim()
    : wanted("must be the ticker of an event in capital letters, such as KXHIGHNY-26NOV29")

export const event = report({
  name: "event",
  summary: "The markets of one event, and the sum of YES",
  description:
    "The markets of one event together over time, and the sum of their prices with its bounds. --from and --to compare the time of quotes.",
  takes: "times",
  options: {},
  argument: optionalArgument(
    "EVENT",
    "The event, such as KXHIGHNY-26NOV29; by default the one whose prices moved most in the last day",
    eventTicker
  ),
  examples: [{ command: "analyze event --data-dir demo-data", about: "the event that moved most" }],
  load: async () => {
    const { makeEventReport } = await import("../../../layers/reports/event/event.ts")
    return ({ argument, filters }) => makeEventReport({ event: argument, filters })
  }
})
