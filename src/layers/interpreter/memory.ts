/**
 * What an interpreter remembers of the observations before: which terms of a market it handed on last, and what
 * it read in the bytes that listed it last. What is remembered is not sent again, and need not be read again.
 */
import { hash } from "node:crypto"
import type { Listed } from "../../domain/market.ts"
import type { Recall } from "../../domain/wire/items.ts"

export interface Memory extends Recall {
  /** Notes what is being handed on. */
  readonly learn: (key: string, digest: string) => void
}

/** Some 700 bytes a market, of a heap of 512 MB: what was open in the last weeks. Forgetting costs time only. */
const KEYS_MAX = 300_000

/** V8 keeps a page for as long as somebody keeps a text that was cut out of it, but for a copy. */
const ownText = (text: string): string => Buffer.from(text).toString()

export const make = (): Memory => {
  const digests = new Map<string, string>()
  const listings = new Map<string, Listed>()
  const stamps = new Map<string, string>()
  return {
    digest: (content) => hash("sha1", content, "base64"),
    knows: (key, digest) => digests.get(key) === digest,
    learn: (key, digest) => {
      if (digests.size >= KEYS_MAX) digests.clear()
      digests.set(digests.has(key) ? key : ownText(key), digest)
    },
    listed: (digest) => listings.get(digest),
    list: (digest, market) => {
      const ticker = ownText(market.ticker)
      if (stamps.size >= KEYS_MAX) for (const map of [stamps, listings]) map.clear()
      listings.delete(stamps.get(ticker) ?? "")
      stamps.set(ticker, digest)
      listings.set(digest, { ...market, ticker, status: ownText(market.status) })
    }
  }
}

/** Of the one who asks now; another asks for other tables, which hold nothing of what is remembered. */
export const bySession = (): ((session: string | undefined) => Memory) => {
  let current = { session: "", memory: make() }
  return (session) => {
    if (session === undefined) return make()
    if (current.session !== session) current = { session, memory: make() }
    return current.memory
  }
}
