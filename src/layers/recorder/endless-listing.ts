/**
 * Detects a listing that never ends, by its number of pages and by whether its pages bring new items. Without
 * this check, a cursor that is always new, over items that repeat, would be followed until the disk is full.
 */

/**
 * The number of successive pages without a new item after which a walk ends. Single pages may be short or
 * empty, or repeat items of the page before.
 */
const STALE_PAGES_MAX = 20

/** The number of names that are remembered. Names beyond it count as new, however often they come. */
const REMEMBERED_MAX = 300_000

/**
 * The number of pages at which a walk of an endpoint ends. Each limit is at least ten times what was seen in
 * autumn 2026 (436 pages of open markets with combos, 56 of open events, 7,500 of one day's trades); for the
 * historical tier, ten times what the years since 2021 can hold.
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
  /** The place of the page in its listing, counted from 0. */
  readonly page: number
  readonly items: number
  /** The names of the page's items, such as tickers. Items without a name are not among them. */
  readonly names: ReadonlyArray<string>
}

/**
 * Makes a watcher for one walk. It is called with each page in turn, and returns the reason why the walk must
 * end, or `undefined` if the walk may go on.
 */
export const watch = (endpoint: string) => {
  const pagesMax = PAGES_MAX[endpoint] ?? OTHER_PAGES_MAX
  const known = new Set<string>()
  let stale = 0
  return ({ items, names, page }: PageSeen): string | undefined => {
    // Items without a name count as new, since they cannot be compared.
    const isNew = items > names.length || names.some((name) => !known.has(name))
    stale = isNew ? 0 : stale + 1
    for (const name of names) if (known.size < REMEMBERED_MAX) known.add(name)
    if (stale >= STALE_PAGES_MAX) return `its last ${STALE_PAGES_MAX} pages held nothing new`
    return page + 1 >= pagesMax
      ? `it has had ${pagesMax} pages, which is more than the exchange can hold`
      : undefined
  }
}
