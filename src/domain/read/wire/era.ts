/**
 * The three eras of the API. A body is decoded by its shape, never by its date: a recording of an old
 * answer can be served today. The date only tells whether the shape is a surprise.
 */
import type { Observation } from "../../observation.ts"

/** `cents` until 2025-08, `dual` (cents beside dollars) to 2026-03-11, `strings` since. */
export type Era = "cents" | "dual" | "strings"

const FIRST_DOLLARS = "2025-08-31"
const LAST_CENTS = "2026-03-12"

/** The era in which an answer of this time would have been sent. */
export const expectedEra = (observedAt: Observation["observedAt"]): Era =>
  observedAt < FIRST_DOLLARS ? "cents" : observedAt < LAST_CENTS ? "dual" : "strings"
