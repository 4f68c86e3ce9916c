/** Pages of the board as the exchange writes them. */

import { pageOf } from "../http/paging.ts"
import {
  type CombosQuery,
  type EventsQuery,
  finds,
  type MarketsQuery,
  type TimeRange
} from "../http/query.ts"
import {
  type Board,
  BY_CLOSE,
  BY_CREATION,
  EVENTS_BY_CREATION,
  type EventRow,
  type Row
} from "../universe/board.ts"
import { DAY, type Us } from "../universe/instant.ts"
import type { MarketStory } from "../universe/life.ts"
import { findEvent } from "../universe/lookup.ts"
import { announcedClose, statusAt, updatedAt } from "../universe/market-state.ts"
import { ascending, type Place } from "../universe/order.ts"
import { archiveFromUs } from "../universe/tiers.ts"
import { collectionOf, eventDraft, eventUpdatedAt } from "./event-json.ts"

const timeOf = (market: MarketStory, family: TimeRange["family"], at: Us): Us | undefined => {
  switch (family) {
    case "created":
      return market.createdUs
    case "close":
      return announcedClose(market, at)
    case "settled":
      return market.finalizedUs <= at ? market.finalizedUs : undefined
    case "updated":
      return updatedAt(market, at)
  }
}

const inRange = (market: MarketStory, range: TimeRange, at: Us): boolean => {
  const time = timeOf(market, range.family, at)
  return time !== undefined && time >= range.from && time <= range.to
}

const wantsMarket =
  (query: MarketsQuery, at: Us) =>
  ({ market }: Row): boolean =>
    market.createdUs <= at &&
    (query.combos === undefined || market.combo === (query.combos === "only")) &&
    finds(query.status, statusAt(market, at)) &&
    (query.eventTicker === undefined || market.event.ticker === query.eventTicker) &&
    (query.seriesTicker === undefined || market.event.lane.series.ticker === query.seriesTicker) &&
    (query.tickers === undefined || query.tickers.has(market.ticker)) &&
    (query.range === undefined || inRange(market, query.range, at))

/** Returns the only rows that a query can match, if it names them; in the order of the board. */
const named = (board: Board, query: MarketsQuery): ReadonlyArray<Row> | undefined => {
  if (query.tickers !== undefined) return [...query.tickers].flatMap((ticker) => board.find(ticker) ?? [])
  if (query.eventTicker !== undefined) return board.eventByTicker.get(query.eventTicker)?.rows ?? []
  return undefined
}

const COMMA = Buffer.from(",")

/** Builds the bytes of a page. The bytes of the markets are cached, so this is mostly copying. */
const bytesOf = (open: string, texts: ReadonlyArray<Buffer>, close: string): Buffer => {
  const parts: Array<Buffer> = [Buffer.from(open)]
  texts.forEach((text, n) => {
    if (n > 0) parts.push(COMMA)
    parts.push(text)
  })
  parts.push(Buffer.from(close))
  return Buffer.concat(parts)
}

export const marketsBody = (board: Board, query: MarketsQuery, at: Us): Buffer => {
  const settled = query.status === "settled"
  const order = settled ? BY_CLOSE : BY_CREATION
  const rows = named(board, query)
  const since = settled && query.range?.family === "settled" ? query.range.from : undefined
  const page = pageOf(
    {
      chunks: [
        rows === undefined ? (settled ? board.settled : board.markets) : [...rows].sort(ascending(order))
      ],
      order,
      wanted: wantsMarket(query, at),
      // A market settles within a day of its close, so one with an earlier close cannot have settled since.
      ...(since === undefined ? {} : { done: (row: Row) => row.market.closeUs < since - DAY })
    },
    query.limit,
    query.after
  )
  const texts = page.items.map((row) => board.textOf(row, at))
  return bytesOf(`{"cursor":"${page.cursor}","markets":[`, texts, "]}")
}

const wantsEvent =
  (query: EventsQuery, at: Us) =>
  ({ event, rows }: EventRow): boolean =>
    event.createdUs <= at &&
    (query.seriesTicker === undefined || event.lane.series.ticker === query.seriesTicker) &&
    (query.tickers === undefined || query.tickers.has(event.ticker)) &&
    (query.updatedSince === undefined || eventUpdatedAt(event, at) >= query.updatedSince) &&
    // One market is enough: an event that is "settled" may have other markets still open.
    (query.status === undefined || rows.some((row) => finds(query.status, statusAt(row.market, at)))) &&
    closesAfter(rows, query.closesAfter, at)

const closesAfter = (rows: ReadonlyArray<Row>, after: Us | undefined, at: Us): boolean =>
  after === undefined || rows.some((row) => announcedClose(row.market, at) > after)

export const eventText = (board: Board, row: EventRow, at: Us, nested: boolean): string => {
  const text = JSON.stringify(eventDraft(row.event, at))
  return nested ? `${text.slice(0, -1)},"markets":[${childTexts(board, row, at)}]}` : text
}

/** Returns the texts of an event's markets that exist at this time, separated by commas. */
export const childTexts = (board: Board, row: EventRow, at: Us): string =>
  row.rows
    .filter((one) => one.market.createdUs <= at)
    .map((one) => board.textOf(one, at).toString())
    .join(",")

const eventsPage = (
  board: Board,
  events: ReadonlyArray<EventRow>,
  wanted: (row: EventRow) => boolean,
  query: { readonly limit: number; readonly after: Place | undefined; readonly nested: boolean },
  at: Us
): string => {
  const page = pageOf({ chunks: [events], order: EVENTS_BY_CREATION, wanted }, query.limit, query.after)
  const texts = page.items.map((row) => eventText(board, row, at, query.nested))
  return `{"cursor":"${page.cursor}","events":[${texts.join(",")}]}`
}

/**
 * Returns the named events. These include events whose markets have all been archived; such markets are left
 * out.
 */
const namedEvents = (board: Board, tickers: ReadonlySet<string>, at: Us): ReadonlyArray<EventRow> =>
  [...tickers]
    .flatMap((ticker): ReadonlyArray<EventRow> => {
      const row = board.eventByTicker.get(ticker)
      if (row !== undefined) return [row]
      const event = findEvent(board.seriesByTicker, ticker, archiveFromUs(at), at)
      return event === undefined ? [] : [{ event, rows: [] }]
    })
    .filter(({ event }) => !event.lane.kind.combo)
    .sort(ascending(EVENTS_BY_CREATION))

export const eventsBody = (board: Board, query: EventsQuery, at: Us): string => {
  const rows = query.tickers === undefined ? board.events : namedEvents(board, query.tickers, at)
  return eventsPage(board, rows, wantsEvent(query, at), query, at)
}

/** Returns the events of combos; each series of combos is one collection. */
export const combosBody = (board: Board, query: CombosQuery, at: Us): string => {
  const wanted = ({ event }: EventRow): boolean => {
    const series = event.lane.series.ticker
    return (
      event.createdUs <= at &&
      (query.seriesTicker === undefined || series === query.seriesTicker) &&
      (query.collectionTicker === undefined || collectionOf(series) === query.collectionTicker)
    )
  }
  return eventsPage(board, board.combos, wanted, query, at)
}
