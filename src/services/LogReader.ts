/** The log of everything the exchange answered, for those who only read it. */
import { Context } from "effect"
import type { ObservationLog } from "./ObservationLog.ts"

export class LogReader extends Context.Tag("kalshi-tape/LogReader")<
  LogReader,
  Pick<ObservationLog["Type"], "entries" | "get" | "head" | "verify">
>() {}
