/**
 * The exchange's listing of what exists, kept up to date as simulated time advances: rows in the order of the
 * wire, found by ticker in one step. The content of the board depends on the time alone, not on the requests
 * before.
 */

import { marketText, versionAt } from "../wire/market-json.ts"
import { Agenda } from "./agenda.ts"
import type { Us } from "./instant.ts"
import { createdAt, type Lane, type Series } from "./lanes.ts"
import { type EventStory, eventOf, type MarketStory } from "./life.ts"
import { eventsSince, newestAt } from "./lookup.ts"
import { ascending, type Order, placeOf, rankOf } from "./order.ts"
import { liveFromUs } from "./tiers.ts"
import type { Universe } from "./universe.ts"

export interface Row {
  readonly market: MarketStory
  text: Buffer | undefined
  /** The version of the object for which `text` was made. */
  version: number
}

export interface EventRow {
  readonly event: EventStory
  readonly rows: ReadonlyArray<Row>
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

/** Inserts the item in order. Cheap near the end, where new items belong. */
const insert = <A>(items: Array<A>, order: Order<A>, item: A): void => {
  items.splice(rankOf(items, order, placeOf(order, item)), 0, item)
}

export class Board {
  /**
   * All markets by creation, oldest first. Rows are created in order, so new ones belong at or near the end.
   */
  markets: Array<Row> = []
  /** Finalized markets by close, earliest first. */
  settled: Array<Row> = []
  /** Events by creation, oldest first, without those of combos. */
  events: Array<EventRow> = []
  /** Events of combos, by creation, oldest first. */
  combos: Array<EventRow> = []
  readonly eventByTicker = new Map<string, EventRow>()
  readonly seriesByTicker: ReadonlyMap<string, Series>
  readonly series: ReadonlyArray<Series>
  readonly #births = new Agenda<readonly [Lane, generation: number]>()
  readonly #payouts = new Agenda<Row>()
  #now: Us
  #keptFrom: Us

  constructor(universe: Universe, at: Us) {
    this.series = universe.series
    this.seriesByTicker = new Map(universe.series.map((one) => [one.ticker, one]))
    this.#now = at
    this.#keptFrom = liveFromUs(at)
    for (const { lanes } of universe.series) for (const lane of lanes) this.#start(lane, at)
    this.markets.sort(ascending(BY_CREATION))
    this.settled.sort(ascending(BY_CLOSE))
    this.events.sort(ascending(EVENTS_BY_CREATION))
    this.combos.sort(ascending(EVENTS_BY_CREATION))
  }

  /**
   * Returns the object's JSON text at a time that is not before any earlier call's. It is made anew only when
   * it has changed.
   */
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

  /** Finds a market. Its ticker is the event's ticker, a dash and a code, which may itself contain dashes. */
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
    if (liveFromUs(at) > this.#keptFrom) this.#archive(liveFromUs(at))
  }

  #start(lane: Lane, at: Us): void {
    const newest = newestAt(lane, at)
    this.#births.add(createdAt(lane, newest + 1), [lane, newest + 1])
    for (const event of eventsSince(lane, this.#keptFrom, at)) {
      const row = this.#admit(event, at)
      if (row === undefined) continue
      for (const one of row.rows) this.markets.push(one)
      this.#listOf(event).push(row)
    }
  }

  #insert(event: EventStory): void {
    const row = this.#admit(event, event.createdUs)
    if (row === undefined) return
    for (const one of row.rows) insert(this.markets, BY_CREATION, one)
    insert(this.#listOf(event), EVENTS_BY_CREATION, row)
  }

  #listOf(event: EventStory): Array<EventRow> {
    return event.lane.kind.combo ? this.combos : this.events
  }

  /** Adds the rows of the event's markets that are not archived. */
  #admit(event: EventStory, at: Us): EventRow | undefined {
    const rows: Array<Row> = []
    for (const market of event.markets) {
      if (market.finalizedUs < this.#keptFrom) continue
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

  /** Removes what settled before the live tier's cutoff, which moves at midnight UTC. */
  #archive(keptFrom: Us): void {
    this.#keptFrom = keptFrom
    const kept = ({ market }: Row): boolean => market.finalizedUs >= keptFrom
    this.settled = this.settled.filter(kept)
    this.markets = this.markets.filter(kept)
    for (const { event, rows } of this.eventByTicker.values()) {
      const left = rows.filter(kept)
      if (left.length === 0) this.eventByTicker.delete(event.ticker)
      else if (left.length < rows.length) this.eventByTicker.set(event.ticker, { event, rows: left })
    }
    this.events = this.#still(this.events)
    this.combos = this.#still(this.combos)
  }

  /** Returns the events that still have markets, with those markets. */
  #still(events: ReadonlyArray<EventRow>): Array<EventRow> {
    return events.flatMap(({ event }) => this.eventByTicker.get(event.ticker) ?? [])
  }
}
