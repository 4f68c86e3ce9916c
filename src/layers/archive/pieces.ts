/**
 * Cuts a body into pieces where its items end: markets, events and the markets nested in them, trades, order books,
 * candlesticks and series. The text around the items is a piece too, and so is a body that cannot be cut.
 *
 * Nothing is parsed. The pieces of any bytes, JSON or not, are these bytes when they are put together again; a cut in
 * a wrong place costs space and nothing else. A border between two items looks like `},{"first_key":`, with the
 * whitespace that stands before the first item. It cannot be inside a string, where its quotation mark would have a
 * backslash before it.
 */

export type PieceKind = "market" | "event" | "trade" | "book" | "candles" | "series" | "text"

/** The place of a piece in a body: `from` to `to` is the item, `to` to `end` the text between it and the next one. */
export interface PiecePlace {
  readonly kind: PieceKind
  readonly from: number
  readonly to: number
  readonly end: number
}

/** The kinds of the items of a list, by the name of the list. */
const KINDS: Readonly<Record<string, PieceKind>> = {
  markets: "market",
  events: "event",
  trades: "trade",
  orderbooks: "book",
  candlesticks: "candles",
  series: "series"
}

/** A list of objects with its first key. The second group begins behind the bracket. */
const LIST = /"(markets|events|trades|orderbooks|candlesticks|series)"\s*:\s*\[(\s*\{\s*"(\w+)"\s*:)/
/** The markets of an event. */
const NESTED = /"(markets)"\s*:\s*\[(\s*\{\s*"(\w+)"\s*:)/
/** The end of a list, and what may follow until the object around it ends. */
const LIST_END = /\}(\s*\](?:\s*,\s*"\w+"\s*:\s*(?:"[^"\\]*"|null))*\s*\}\s*)$/
const SINGLE = /^\s*\{\s*"(market|event|series)"\s*:\s*(?=\{)/
const SINGLE_END = /\}(\s*\}\s*)$/

/** A list begins and ends within this number of bytes from the ends of its body, or of its event. */
const EDGE_BYTES = 4096

/** Returns one character for each byte, so that positions in the text are positions in the body. */
const latin1 = (body: Buffer, from: number, to: number): string => body.toString("latin1", from, to)

const headOf = (body: Buffer, from: number, to: number): string =>
  latin1(body, from, Math.min(to, from + EDGE_BYTES))

/** Returns the position at which the last item ends, or `undefined` if the end of its list is not found. */
const endOf = (body: Buffer, first: number, to: number, pattern: RegExp): number | undefined => {
  const found = pattern.exec(latin1(body, Math.max(first, to - EDGE_BYTES), to))
  return found?.[1] === undefined ? undefined : to - found[1].length
}

const kindOf = (list: string, firstKey: string): PieceKind =>
  // The answer to a question for candlesticks is a list of markets too.
  firstKey === "candlesticks" || firstKey === "market_ticker" ? "candles" : (KINDS[list] ?? "text")

/**
 * The largest piece, in bytes. A larger item, or a body that cannot be cut, becomes several pieces: DuckDB sorts wide
 * values only in memory. A market takes some 2,000 bytes.
 */
export const PIECE_BYTES_MAX = 16_384

/** Cuts a place that is too large for a piece. The last part has the text behind the item. */
const parts = ({ end, from, kind, to }: PiecePlace): ReadonlyArray<PiecePlace> => {
  const cut: Array<PiecePlace> = []
  let start = from
  for (; end - start > PIECE_BYTES_MAX; start += PIECE_BYTES_MAX) {
    const stop = start + PIECE_BYTES_MAX
    cut.push({ kind, from: start, to: stop, end: stop })
  }
  cut.push({ kind, from: start, to: Math.max(start, to), end })
  return cut
}

const isLarge = ({ end, from }: PiecePlace): boolean => end - from > PIECE_BYTES_MAX

class Cutter {
  readonly places: Array<PiecePlace> = []

  constructor(private readonly body: Buffer) {}

  private text(from: number, to: number, end = to): void {
    if (end > from) this.places.push({ kind: "text", from, to, end })
  }

  private item(kind: PieceKind, from: number, to: number, end: number): void {
    if (kind !== "event" || !this.list(NESTED, from, to, end)) this.places.push({ kind, from, to, end })
  }

  /** Cuts the first list between two positions. Returns false if there is none. */
  list(pattern: RegExp, from: number, to: number, end: number): boolean {
    const found = pattern.exec(headOf(this.body, from, to))
    const [whole = "", name = "", opening = "", firstKey = ""] = found ?? []
    if (found === null) return false
    const indent = opening.indexOf("{")
    const first = from + found.index + whole.length - opening.length + indent
    if (pattern === NESTED) this.places.push({ kind: "event", from, to: first, end: first })
    else this.text(from, first)
    const kind = kindOf(name, firstKey)
    const border = Buffer.from(`},${opening}`, "latin1")
    const last = endOf(this.body, first, to, LIST_END)
    const items = this.body.subarray(0, last ?? to)
    let start = first
    for (let at = items.indexOf(border, start); at !== -1; at = items.indexOf(border, start)) {
      const next = at + 2 + indent
      this.item(kind, start, at + 1, next)
      start = next
    }
    if (last === undefined) this.text(start, to, end)
    else {
      this.item(kind, start, last, last)
      this.text(last, to, end)
    }
    return true
  }

  /** Cuts a body whose one item is an object. Returns false if it is none. */
  single(): boolean {
    const found = SINGLE.exec(headOf(this.body, 0, this.body.length))
    const first = found?.[0].length ?? 0
    const last = endOf(this.body, first, this.body.length, SINGLE_END)
    if (found === null || last === undefined || last <= first) return false
    this.text(0, first)
    this.places.push({ kind: found[1] as PieceKind, from: first, to: last, end: last })
    this.text(last, this.body.length)
    return true
  }
}

const placesOf = (body: Buffer): ReadonlyArray<PiecePlace> => {
  const cutter = new Cutter(body)
  if (cutter.list(LIST, 0, body.length, body.length) || cutter.single()) return cutter.places
  return body.length === 0 ? [] : [{ kind: "text", from: 0, to: body.length, end: body.length }]
}

/** Returns the places of the pieces of a body, without gaps and in order. An empty body has none. */
export const cutBody = (body: Buffer): ReadonlyArray<PiecePlace> => {
  const places = placesOf(body)
  return places.some(isLarge) ? places.flatMap(parts) : places
}

const TICKER = /"ticker"\s*:\s*"([^"\\]*)"/
const MARKET_TICKER = /"(?:market_)?ticker"\s*:\s*"([^"\\]*)"/

const KEYS: Readonly<Record<Exclude<PieceKind, "text">, RegExp>> = {
  market: TICKER,
  event: /"event_ticker"\s*:\s*"([^"\\]*)"/,
  trade: MARKET_TICKER,
  book: MARKET_TICKER,
  candles: MARKET_TICKER,
  series: TICKER
}

/** Returns the ticker that an item names, or an empty text. */
export const keyOf = (kind: Exclude<PieceKind, "text">, item: Buffer): string =>
  KEYS[kind].exec(item.toString("utf8"))?.[1] ?? ""
