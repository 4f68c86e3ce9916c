/**
 * A queue in which feeds take turns. Within a feed the order is first come, first served; entries of the
 * background are served only while nothing else waits. A feed with one request therefore lets each other feed
 * go first at most once, however many requests that feed has waiting.
 */

export interface QueueEntry {
  readonly feed: string
  readonly background: boolean
}

export interface FairQueue<E extends QueueEntry> {
  readonly add: (entry: E) => void
  /** Removes an entry from anywhere in the queue, if it is there. */
  readonly remove: (entry: E) => void
  readonly peek: () => E | undefined
  /** Removes the first entry, and puts its feed behind the others. */
  readonly take: () => E | undefined
}

/** Feeds in the order of their turns, each with its entries in the order in which they came. */
type Turns<E> = Map<string, Set<E>>

export const makeFairQueue = <E extends QueueEntry>(): FairQueue<E> => {
  const foreground: Turns<E> = new Map()
  const background: Turns<E> = new Map()

  const turnsOf = (entry: E) => (entry.background ? background : foreground)

  const remove = (entry: E) => {
    const turns = turnsOf(entry)
    const entries = turns.get(entry.feed)
    if (entries?.delete(entry) && entries.size === 0) turns.delete(entry.feed)
  }

  const peek = (): E | undefined => {
    for (const turns of [foreground, background]) {
      for (const entries of turns.values()) for (const entry of entries) return entry
    }
    return undefined
  }

  return {
    add: (entry) => {
      const turns = turnsOf(entry)
      const entries = turns.get(entry.feed)
      if (entries === undefined) turns.set(entry.feed, new Set([entry]))
      else entries.add(entry)
    },
    remove,
    peek,
    take: () => {
      const entry = peek()
      if (entry === undefined) return undefined
      remove(entry)
      const turns = turnsOf(entry)
      const rest = turns.get(entry.feed)
      if (rest !== undefined) {
        // A map keeps the order of insertion: the feed goes to its end.
        turns.delete(entry.feed)
        turns.set(entry.feed, rest)
      }
      return entry
    }
  }
}
