/**
 * What an interpreter remembers of the observations before: which terms of a market it handed on last, and what
 * it read in the bytes that listed it last. What is remembered is not sent again, and need not be read again.
 */
import { hash } from "node:crypto"
import type { Listed } from "../../domain/read/markets/market.ts"
import type { Recall } from "../../domain/read/wire/items.ts"

export interface Memory extends Recall {
  /** Notes what is being handed on; whether it was so before. */
  readonly learn: (key: string, digest: string) => boolean
}

interface Remembered {
  readonly key: string
  /** Of what was handed on last. */
  digest: string | undefined
  /** Of the bytes in which a market was listed last. */
  stamp: string | undefined
}

/** Some 700 bytes a market, of a heap of 512 MB: what was open in the last weeks. Forgetting costs time only. */
const KEYS_MAX = 300_000

export const make = (): Memory => {
  const things = new Map<string, Remembered>()
  const listings = new Map<string, Listed>()

  const remembered = (key: string): Remembered => {
    const known = things.get(key)
    if (known !== undefined) return known
    if (things.size >= KEYS_MAX) for (const map of [things, listings]) map.clear()
    const thing = { key, digest: undefined, stamp: undefined }
    things.set(key, thing)
    return thing
  }

  return {
    digest: (content) => hash("sha1", content, "base64"),
    knows: (key, digest) => things.get(key)?.digest === digest,
    learn: (key, digest) => {
      const thing = remembered(key)
      const known = thing.digest === digest
      thing.digest = digest
      return known
    },
    listed: (stamp) => listings.get(stamp),
    list: (stamp, market) => {
      const thing = remembered(market.ticker)
      if (thing.stamp !== undefined) listings.delete(thing.stamp)
      thing.stamp = stamp
      // A copy, with a ticker that is kept already: the market itself keeps its object in the body.
      listings.set(stamp, { ...market, ticker: thing.key })
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
