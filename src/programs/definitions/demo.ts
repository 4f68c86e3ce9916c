import { program, type ValuesOf } from "../cli/definition.ts"
import { integer, optionOr, text } from "../cli/option.ts"
import * as shared from "./shared.ts"

const options = {
  dataDir: optionOr("demo-data", {
    value: "DIR",
    about: "A folder of the demo's own, made anew",
    parse: text
  }),
  hours: optionOr("5", {
    value: "N",
    about: "How many simulated hours to record; one takes some five seconds",
    parse: integer(1, 48)
  }),
  json: shared.json
}

export type Values = ValuesOf<typeof options>

export const demo = program({
  name: "demo",
  group: "Try",
  summary: "Record a local exchange at speed, and query it",
  description:
    "Records some hours of a local exchange without the waiting, proves the tables by a replay, exports them, and makes a page about the calibration of its prices. Needs no network and no account. What it recorded stays, for the examples of the other commands.",
  options,
  examples: [
    { command: "demo", about: "five hours in half a minute, into demo-data/" },
    { command: "demo --hours 24 --data-dir day", about: "a day, in two and a half minutes" }
  ],
  load: () => import("../commands/demo.ts")
})
