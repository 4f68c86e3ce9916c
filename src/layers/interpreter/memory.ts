/**
 * What an interpreter remembers of the observations before: which terms of a market it handed on last. What
 * is remembered is not sent again, and need not be decoded again.
 */
import { hash } from "node:crypto"
import type { Recall } from "../../domain/wire/items.ts"

export interface Memory extends Recall {
  /** Notes what is being handed on. */
  readonly learn: (key: string, digest: string) => void
}

/** Some 150 bytes a market: what was open in the last weeks. Forgetting costs time only. */
const KEYS_MAX = 400_000

/** V8 keeps a page for as long as somebody keeps a ticker that was cut out of it, but for a copy. */
const ownText = (text: string): string => Buffer.from(text).toString()

export const make = (): Memory => {
  const digests = new Map<string, string>()
  return {
    digest: (text) => hash("sha1", text, "base64"),
    knows: (key, digest) => digests.get(key) === digest,
    learn: (key, digest) => {
      if (digests.size >= KEYS_MAX) digests.clear()
      digests.set(digests.has(key) ? key : ownText(key), digest)
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
