/**
 * Tells a listing without an end from a long one: by how many pages it can have, and by whether anything new comes.
 * A cursor that is always fresh, over the same items for ever, would be followed until the disk is full.
 */

/** Pages in a row that bring nothing new: a page may be short or empty, and overlap with the one before it. */
const STALE_PAGES_MAX = 20

/** How many items are remembered; a listing is longer only where its number of pages is its limit. */
const REMEMBERED_MAX = 300_000

/**
 * Pages that a listing can have: ten times and more what it had in autumn 2026 (436 of all open markets with combos,
 * 56 of open events, 7,500 of a day's trades), or in all the years since 2021 for what the archive holds.
 */
const PAGES_MAX: Readonly<Record<string, number>> = {
  "GET /markets": 20_000,
  "GET /events": 20_000,
  "GET /events/multivariate": 50_000,
  "GET /markets/trades": 1_000_000,
  "GET /historical/markets": 1_000_000,
  "GET /historical/trades": 10_000_000
}

const OTHER_PAGES_MAX = 10_000

export interface PageSeen {
  /** How far into the listing it is, counted from 0. */
  readonly page: number
  readonly items: number
  /** Who its items are, where that can be told. */
  readonly names: ReadonlyArray<string>
}

/** Looks at the pages of one walk in turn; answers why it must end, in words, where it must. */
export const watch = (endpoint: string) => {
  const pagesMax = PAGES_MAX[endpoint] ?? OTHER_PAGES_MAX
  const known = new Set<string>()
  let stale = 0
  return ({ items, names, page }: PageSeen): string | undefined => {
    // Items that have no name may be new ones.
    const isNew = items > names.length || names.some((name) => !known.has(name))
    stale = isNew ? 0 : stale + 1
    for (const name of names) if (known.size < REMEMBERED_MAX) known.add(name)
    if (stale >= STALE_PAGES_MAX) return `its last ${STALE_PAGES_MAX} pages held nothing new`
    return page + 1 >= pagesMax
      ? `it has had ${pagesMax} pages, which is more than the exchange can hold`
      : undefined
  }
}
