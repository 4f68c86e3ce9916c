/** What is wanted of a market in a listing: its quote parsed, and the terms it trades under as they were sent. */
import type { Skimming } from "../body.ts"
import * as Cents from "./cents.ts"
import { description } from "./description.ts"
import * as Strings from "./strings.ts"

const wireNames = (
  fields: Readonly<Record<string, readonly [wireName: string, ...unknown: Array<unknown>]>>
) => Object.values(fields).map(([wireName]) => wireName)

/** Those that tell who it is, and of which era. */
const quoted = ["ticker", "status", ...wireNames(Cents.quote.fields), ...wireNames(Strings.quote.fields)]

export const terms: ReadonlyArray<string> = [description, Cents.payout, Strings.payout].flatMap(
  ({ fields }) => wireNames(fields)
)

export const skimming: Skimming = { list: "markets", parsed: new Set(quoted), kept: new Set(terms) }
