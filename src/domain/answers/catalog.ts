/** All derived views and macros. One stands after those that its SQL names. */
import type { Answer } from "./definition.ts"
import { settledMarkets } from "./settled-markets.ts"

export const answers: ReadonlyArray<Answer> = [settledMarkets]
