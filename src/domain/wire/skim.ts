/**
 * A listing skimmed: of each object some fields are parsed, some are kept as the text they are, and the rest
 * is stepped over. A listing says the same of most of its objects as the one before it, and what is known
 * already need not be built again (docs/decisions/0013-skimmed-listings.md has what that saves).
 *
 * The text has a character for each byte: what stands between the signs of JSON is stepped over as it is, and
 * decoded where it is parsed. It must have no control characters. What is found is what JSON.parse would
 * find; whatever is not compact JSON of this one form is not skimmed.
 */

/** What is wanted of an object, by the names of its fields. */
export interface Wanted {
  readonly parsed: ReadonlySet<string>
  readonly kept: ReadonlySet<string>
}

export class Skimmed {
  constructor(
    /** The fields to parse, as far as the object has them. */
    readonly parsed: Readonly<Record<string, unknown>>,
    /** The fields to keep, in the order in which they were sent, byte by byte: `"title":"…","result":""`. */
    readonly kept: string
  ) {}

  /** All that is wanted, parsed. */
  whole(): Readonly<Record<string, unknown>> {
    return { ...(parseBytes(`{${this.kept}}`) as object), ...this.parsed }
  }
}

export interface SkimmedListing {
  readonly objects: ReadonlyArray<Skimmed>
  /** The body as JSON.parse has it, but for the list, which is empty. */
  readonly body: Readonly<Record<string, unknown>>
}

const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

const SCALAR = /(?:null|true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y

/** A short text is copied out of a longer one; a longer one would keep all of that in memory. */
const COPIED_CHARS_MAX = 12

/** Thrown and caught in this file. */
const UNUSUAL = new Error("not a compact listing")

/** A key as it was met, and the one that followed it last time: the objects of a listing are much alike. */
class Key {
  next: Key | undefined
  /** The object or array that it held last; most hold the same. */
  nested = ""

  constructor(
    readonly name: string,
    /** As it stands in the text: `"ticker":`. */
    readonly spelled: string,
    readonly parsed: boolean,
    readonly kept: boolean
  ) {}
}

/** Steps through the objects of one text. */
class Skimmer {
  readonly #keys = new Map<string, Key>()
  readonly #first = new Key("", "", false, false)
  /** The next one; strings before it need no second look. */
  #backslash: number

  constructor(
    readonly text: string,
    readonly wanted: Wanted,
    public at: number
  ) {
    this.#backslash = text.indexOf("\\")
  }

  next(): Skimmed {
    const { text } = this
    if (text.charCodeAt(this.at) !== OPEN_OBJECT) throw UNUSUAL
    const parsed: Record<string, unknown> = {}
    let kept = ""
    let keptFrom = -1
    let key = this.#first
    let at = this.at
    do {
      const from = ++at
      const { next } = key
      if (next !== undefined && text.startsWith(next.spelled, from)) key = next
      else key = key.next = this.#keyAt(from)
      const valueFrom = from + key.spelled.length
      const code = text.charCodeAt(valueFrom)
      if (code === QUOTE) at = this.#endOfString(valueFrom)
      else if (code === OPEN_LIST || code === OPEN_OBJECT) at = this.#endOfNested(valueFrom, key)
      else at = this.#endOfScalar(valueFrom)
      if (key.parsed) parsed[key.name] = parse(text, valueFrom, at)
      if (key.kept) {
        if (keptFrom === -1) keptFrom = from
      } else if (keptFrom !== -1) {
        // Up to the comma before this field.
        kept = joined(kept, text.slice(keptFrom, from - 1))
        keptFrom = -1
      }
    } while (text.charCodeAt(at) === COMMA)
    if (text.charCodeAt(at) !== CLOSE_OBJECT) throw UNUSUAL
    this.at = at + 1
    return new Skimmed(parsed, keptFrom === -1 ? kept : joined(kept, text.slice(keptFrom, at)))
  }

  #keyAt(from: number): Key {
    const end = this.#endOfString(from)
    if (this.text.charCodeAt(from) !== QUOTE || this.text.charCodeAt(end) !== COLON) throw UNUSUAL
    const spelled = this.text.slice(from, end + 1)
    const known = this.#keys.get(spelled)
    if (known !== undefined) return known
    const name = parseBytes(spelled.slice(0, -1)) as string
    const key = new Key(name, spelled, this.wanted.parsed.has(name), this.wanted.kept.has(name))
    this.#keys.set(spelled, key)
    return key
  }

  /** JSON.parse alone knows which escapes there are. */
  #endOfString(from: number): number {
    const { text } = this
    let end = text.indexOf('"', from + 1)
    if (this.#backslash === -1 || end < this.#backslash) {
      if (end === -1) throw UNUSUAL
      return end + 1
    }
    while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
    if (end === -1) throw UNUSUAL
    JSON.parse(text.slice(from, end + 1))
    this.#backslash = text.indexOf("\\", end)
    return end + 1
  }

  #endOfNested(from: number, key: Key): number {
    const { text } = this
    if (key.nested !== "" && text.startsWith(key.nested, from)) return from + key.nested.length
    let at = from
    let depth = 0
    do {
      const code = text.charCodeAt(at)
      if (Number.isNaN(code)) throw UNUSUAL
      if (code === QUOTE) at = this.#endOfString(at)
      else {
        if (code === OPEN_LIST || code === OPEN_OBJECT) depth++
        else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--
        at++
      }
    } while (depth > 0)
    key.nested = text.slice(from, at)
    JSON.parse(key.nested)
    return at
  }

  #endOfScalar(from: number): number {
    SCALAR.lastIndex = from
    if (!SCALAR.test(this.text)) throw UNUSUAL
    return SCALAR.lastIndex
  }
}

const joined = (kept: string, more: string): string => (kept === "" ? more : `${kept},${more}`)

const isEscaped = (text: string, at: number): boolean => {
  let slashes = 0
  while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++
  return slashes % 2 === 1
}

const parse = (text: string, from: number, to: number): unknown => {
  const isShort = text.charCodeAt(from) === QUOTE && to - from - 2 <= COPIED_CHARS_MAX
  const inner = isShort ? text.slice(from + 1, to - 1) : ""
  return isShort && !UNPLAIN.test(inner) ? inner : parseBytes(text.slice(from, to))
}

/** An escape, or a byte of a character that has more. */
const UNPLAIN = /[\\\x80-\xff]/
const BEYOND_ASCII = /[\x80-\xff]/
const decoder = new TextDecoder()

const parseBytes = (text: string): unknown =>
  JSON.parse(
    BEYOND_ASCII.test(text)
      ? decoder.decode(Uint8Array.from(text, (character) => character.charCodeAt(0)))
      : text
  )

/** The list of that name at the top of the body; undefined if the text is not of the form that is skimmed. */
export const skim = (text: string, list: string, wanted: Wanted): SkimmedListing | undefined => {
  const spelled = `"${list}":[`
  const start = text.indexOf(spelled) + spelled.length
  const before = text.slice(0, start)
  if (start < spelled.length || before.includes("\\")) return undefined
  try {
    const skimmer = new Skimmer(text, wanted, start)
    const objects = [skimmer.next()]
    while (text.charCodeAt(skimmer.at) === COMMA) {
      skimmer.at++
      objects.push(skimmer.next())
    }
    const after = text.slice(skimmer.at)
    // Twice the same key, in whatever spelling, is for JSON.parse to judge.
    if (after.includes("\\") || after.includes(`"${list}"`)) return undefined
    const body = parseBytes(before + after) as Readonly<Record<string, unknown>>
    return Object.hasOwn(body, list) ? { objects, body } : undefined
  } catch {
    return undefined
  }
}
