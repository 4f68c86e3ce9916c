/**
 * From 2025-08 to 2026-03-11: whole cents beside `*_dollars`, and from 2026-01-22 whole contracts beside
 * `*_fp`. The strings have digits that the integers round away (sub-cent prices exist since 2026-03-09),
 * so the string is read if both are sent.
 */

import type { Shape } from "../../wire/shape.ts"
import { stringFirst } from "../../wire/string-first.ts"
import type { Payout, Quote } from "../market.ts"
import * as Cents from "./cents.ts"
import * as Strings from "./strings.ts"

export const quote: Shape<Quote> = stringFirst<Quote>(Strings.quote, Cents.quote)

export const payout: Shape<Payout> = stringFirst<Payout>(Strings.payout, Cents.payout)
