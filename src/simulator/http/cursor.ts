/**
 * Paging cursors like the exchange's: base64url of a protobuf message { 1: { 1: seconds, 2: nanos }, 2:
 * ticker }, which is the position of the last row given. Because it is a position and not an offset, rows
 * created after a walk began do not shift its pages.
 */
import { SECOND } from "../universe/instant.ts"
import type { Place } from "../universe/order.ts"

const varint = (value: number): ReadonlyArray<number> => {
  const bytes: Array<number> = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return [...bytes, rest]
}

export const encodeCursor = (place: Place): string => {
  const seconds = Math.floor(place.atUs / SECOND)
  const time = [8, ...varint(seconds), 16, ...varint((place.atUs - seconds * SECOND) * 1000)]
  const ticker = Buffer.from(place.ticker, "utf8")
  return Buffer.from([10, time.length, ...time, 18, ...varint(ticker.length), ...ticker]).toString(
    "base64url"
  )
}

interface Read {
  readonly value: number
  readonly next: number
}

const readVarint = (bytes: Uint8Array, from: number): Read | undefined => {
  let value = 0
  for (let next = from, scale = 1; next < bytes.length && next < from + 7; next++, scale *= 128) {
    const byte = bytes[next] ?? 0
    value += (byte % 128) * scale
    if (byte < 128) return { value, next: next + 1 }
  }
  return undefined
}

const readTagged = (bytes: Uint8Array, from: number, tag: number): Read | undefined =>
  bytes[from] === tag ? readVarint(bytes, from + 1) : undefined

/** Decodes a cursor. Returns undefined for text that is not such a cursor. */
export const decodeCursor = (text: string): Place | undefined => {
  const bytes = Buffer.from(text, "base64url")
  const time = readTagged(bytes, 0, 10)
  const seconds = time && readTagged(bytes, time.next, 8)
  const nanos = seconds && readTagged(bytes, seconds.next, 16)
  const length = nanos && readTagged(bytes, nanos.next, 18)
  if (seconds === undefined || nanos === undefined || length === undefined) return undefined
  if (length.next + length.value !== bytes.length) return undefined
  return {
    atUs: seconds.value * SECOND + Math.floor(nanos.value / 1000),
    ticker: bytes.subarray(length.next).toString("utf8")
  }
}
