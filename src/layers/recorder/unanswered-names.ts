/** The names that a slot asked about and that got no answer, described in words for the slot's reason. */

export interface NameCoverage {
  readonly asked: ReadonlySet<string>
  /** The names among them that got no answer. */
  readonly unanswered: ReadonlySet<string>
}

/**
 * The share of names without an answer above which a slot's run has failed. A failed run sets no watermark,
 * so the feed's next slot asks for the same time span again.
 */
const UNANSWERED_SHARE_MAX = 0.1

/** The number of names that the reason lists. */
const NAMED_MAX = 5
const NAME_CHARS_SHOWN = 60

export const tooManyUnanswered = ({ asked, unanswered }: NameCoverage): boolean =>
  unanswered.size > asked.size * UNANSWERED_SHARE_MAX

const shown = (name: string): string =>
  (name.length > NAME_CHARS_SHOWN ? `${name.slice(0, NAME_CHARS_SHOWN)}…` : name)
    .toWellFormed()
    .replace(/\p{Cc}/gu, "\u{fffd}")

/** Lists the first names in alphabetical order: `A, B and 3 more`. */
export const nameSome = (names: Iterable<string>): string => {
  const sorted = [...names].sort()
  const more = sorted.length - NAMED_MAX
  return `${sorted.slice(0, NAMED_MAX).map(shown).join(", ")}${more > 0 ? ` and ${more} more` : ""}`
}

export const describeUnanswered = ({ asked, unanswered }: NameCoverage): string | null =>
  unanswered.size === 0
    ? null
    : `${unanswered.size} of ${asked.size} ${asked.size === 1 ? "name" : "names"} got no answer: ${nameSome(unanswered)}`
