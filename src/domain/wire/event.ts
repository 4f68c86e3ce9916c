/** An event object; its fields have kept their spelling through every era seen. */
import type { Either } from "effect"
import type { Event } from "../event.ts"
import { flag, number, said, shape, text, time, type WireProblem } from "./shape.ts"

export const event = shape({
  eventTicker: ["event_ticker", text],
  seriesTicker: ["series_ticker", said(text)],
  title: ["title", said(text)],
  subTitle: ["sub_title", said(text)],
  category: ["category", said(text)],
  mutuallyExclusive: ["mutually_exclusive", said(flag)],
  collateralReturnType: ["collateral_return_type", said(text)],
  strikeTime: ["strike_date", said(time)],
  strikePeriod: ["strike_period", said(text)],
  lastUpdatedTime: ["last_updated_ts", said(time)],
  exchangeIndex: ["exchange_index", said(number)]
})

export const decodeEvent: (value: unknown, path: string) => Either.Either<Event, WireProblem> = event.decode
