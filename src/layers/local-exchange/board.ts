/**
 * The exchange's listing of what exists, kept up to date as simulated time moves forward: rows in the order the
 * wire lists them, found by ticker in one step. What the board holds at a time depends on that time alone, not on
 * when or how often it was asked.
 */
import { Agenda } from "./agenda.ts"
import type { Us } from "./instant.ts"
import { createdAt, type Lane, type Series } from "./lanes.ts"
import { type EventStory, eventOf, type MarketStory } from "./life.ts"
import { marketText, versionAt } from "./market-json.ts"
import { cutoffUs, eventsSince, newestAt, type Universe } from "./universe.ts"

export interface Row {
  readonly market: MarketStory
  text: Buffer | undefined
  /** Of `text`. */
  version: number
}

export interface EventRow {
  readonly event: EventStory
  readonly rows: ReadonlyArray<Row>
}

/** Where a row stands in its listing: by time, then by ticker. */
export interface Place {
  readonly atUs: Us
  readonly ticker: string
}

/** How a listing is ordered. */
export interface Order<A> {
  readonly atUs: (item: A) => Us
  readonly ticker: (item: A) => string
}

export const BY_CREATION: Order<Row> = {
  atUs: (row) => row.market.createdUs,
  ticker: (row) => row.market.ticker
}
export const BY_CLOSE: Order<Row> = { atUs: (row) => row.market.closeUs, ticker: (row) => row.market.ticker }
export const EVENTS_BY_CREATION: Order<EventRow> = {
  atUs: (row) => row.event.createdUs,
  ticker: (row) => row.event.ticker
}

export const placeOf = <A>(order: Order<A>, item: A): Place => ({
  atUs: order.atUs(item),
  ticker: order.ticker(item)
})

export const ascending =
  <A>(order: Order<A>) =>
  (a: A, b: A): number =>
    order.atUs(a) - order.atUs(b) || (order.ticker(a) < order.ticker(b) ? -1 : 1)

/** How many of the items, which are in ascending order, stand before the place. */
export const rankOf = <A>(items: ReadonlyArray<A>, order: Order<A>, place: Place): number => {
  const stands = (item: A): boolean => {
    const atUs = order.atUs(item)
    return atUs < place.atUs || (atUs === place.atUs && order.ticker(item) < place.ticker)
  }
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    const item = items[middle]
    if (item !== undefined && stands(item)) low = middle + 1
    else high = middle
  }
  return low
}

/** Puts the item where it belongs; cheap near the end, where new ones land. */
const insert = <A>(items: Array<A>, order: Order<A>, item: A): void => {
  items.splice(rankOf(items, order, placeOf(order, item)), 0, item)
}

export class Board {
  /** By creation, oldest first. Rows are created in order, so new ones land at the end or close to it. */
  markets: Array<Row> = []
  /** Finalized ones by close, earliest first. */
  settled: Array<Row> = []
  /** By creation, oldest first; combos are not events here. */
  events: Array<EventRow> = []
  readonly eventByTicker = new Map<string, EventRow>()
  readonly seriesByTicker: ReadonlyMap<string, Series>
  readonly series: ReadonlyArray<Series>
  readonly #births = new Agenda<readonly [Lane, generation: number]>()
  readonly #payouts = new Agenda<Row>()
  #now: Us
  #cutoff: Us

  constructor(universe: Universe, at: Us) {
    this.series = universe.series
    this.seriesByTicker = new Map(universe.series.map((one) => [one.ticker, one]))
    this.#now = at
    this.#cutoff = cutoffUs(at)
    for (const { lanes } of universe.series) for (const lane of lanes) this.#start(lane, at)
    this.markets.sort(ascending(BY_CREATION))
    this.settled.sort(ascending(BY_CLOSE))
    this.events.sort(ascending(EVENTS_BY_CREATION))
  }

  /** The object's text as of a time that is not before any asked earlier; made anew only when it changed. */
  textOf(row: Row, at: Us): Buffer {
    const { market } = row
    // Half of all rows are settled and asked for once: keeping their text would double the memory.
    if (at >= market.finalizedUs) return Buffer.from(marketText(market, at))
    const version = versionAt(market, at)
    if (row.text === undefined || row.version !== version) {
      row.text = Buffer.from(marketText(market, at))
      row.version = version
    }
    return row.text
  }

  /** A market's ticker is its event's, a dash and a code; the code may have dashes too. */
  find(ticker: string): Row | undefined {
    for (let dash = ticker.indexOf("-"); dash >= 0; dash = ticker.indexOf("-", dash + 1)) {
      const event = this.eventByTicker.get(ticker.slice(0, dash))
      const row = event?.rows.find(({ market }) => market.ticker === ticker)
      if (row !== undefined) return row
    }
    return undefined
  }

  advanceTo(at: Us): void {
    if (at <= this.#now) return
    this.#now = at
    for (let due = this.#births.takeDue(at); due !== undefined; due = this.#births.takeDue(at)) {
      const [lane, generation] = due
      this.#insert(eventOf(lane, generation))
      this.#births.add(createdAt(lane, generation + 1), [lane, generation + 1])
    }
    for (let row = this.#payouts.takeDue(at); row !== undefined; row = this.#payouts.takeDue(at)) {
      row.text = undefined
      insert(this.settled, BY_CLOSE, row)
    }
    if (cutoffUs(at) > this.#cutoff) this.#archive(cutoffUs(at))
  }

  #start(lane: Lane, at: Us): void {
    const newest = newestAt(lane, at)
    this.#births.add(createdAt(lane, newest + 1), [lane, newest + 1])
    for (const event of eventsSince(lane, this.#cutoff, at)) {
      const row = this.#admit(event, at)
      if (row === undefined) continue
      for (const one of row.rows) this.markets.push(one)
      if (!lane.kind.combo) this.events.push(row)
    }
  }

  #insert(event: EventStory): void {
    const row = this.#admit(event, event.createdUs)
    if (row === undefined) return
    for (const one of row.rows) insert(this.markets, BY_CREATION, one)
    if (!event.lane.kind.combo) insert(this.events, EVENTS_BY_CREATION, row)
  }

  /** Rows of the event's markets that are not archived. */
  #admit(event: EventStory, at: Us): EventRow | undefined {
    const rows: Array<Row> = []
    for (const market of event.markets) {
      if (market.finalizedUs < this.#cutoff) continue
      const row: Row = { market, text: undefined, version: -1 }
      rows.push(row)
      if (market.finalizedUs <= at) this.settled.push(row)
      else this.#payouts.add(market.finalizedUs, row)
    }
    if (rows.length === 0) return undefined
    const made = { event, rows }
    this.eventByTicker.set(event.ticker, made)
    return made
  }

  /** At midnight UTC the live tier lets go of what settled before its cutoff. */
  #archive(cutoff: Us): void {
    this.#cutoff = cutoff
    const kept = ({ market }: Row): boolean => market.finalizedUs >= cutoff
    this.settled = this.settled.filter(kept)
    this.markets = this.markets.filter(kept)
    const events: Array<EventRow> = []
    for (const { event, rows } of this.eventByTicker.values()) {
      const made = { event, rows: rows.filter(kept) }
      if (made.rows.length === 0) this.eventByTicker.delete(event.ticker)
      else this.eventByTicker.set(event.ticker, made)
      if (made.rows.length > 0 && !event.lane.kind.combo) events.push(made)
    }
    this.events = events.sort(ascending(EVENTS_BY_CREATION))
  }
}
