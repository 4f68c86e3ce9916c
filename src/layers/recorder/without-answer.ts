/** The names that a slot asked about and that got no answer, described in words for the slot's reason. */
import type { Answered } from "./batches.ts"

/**
 * The share of names without an answer above which a slot's run has failed. A failed run sets no watermark,
 * so the feed's next slot asks for the same time span again.
 */
const WITHOUT_SHARE_MAX = 0.1

/** The number of names that the reason lists. */
const NAMED_MAX = 5
const NAME_CHARS_SHOWN = 60

export const tooManyWithout = ({ asked, without }: Answered): boolean =>
  without.size > asked.size * WITHOUT_SHARE_MAX

const shown = (name: string): string =>
  (name.length > NAME_CHARS_SHOWN ? `${name.slice(0, NAME_CHARS_SHOWN)}…` : name)
    .toWellFormed()
    .replace(/\p{Cc}/gu, "\u{fffd}")

export const withoutAnswer = ({ asked, without }: Answered): string | null => {
  if (without.size === 0) return null
  const named = [...without].sort().slice(0, NAMED_MAX).map(shown)
  const more = without.size - named.length
  const names = `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`
  return `${without.size} of ${asked.size} ${asked.size === 1 ? "name" : "names"} got no answer: ${names}`
}
