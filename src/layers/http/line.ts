/**
 * Who is next. Feeds take turns; within a feed it is first come first served; those in the background are
 * asked only when nobody else waits. So a feed with one request lets each other feed go first once at most,
 * however many requests that one has waiting.
 */

/** Where one waits: which feed it asks for, and whether it may be kept waiting for all others. */
export interface Waiting {
  readonly feed: string
  readonly background: boolean
}

export interface Line<P extends Waiting> {
  readonly enter: (place: P) => void
  /** From anywhere in the line; nothing happens to one that is not in it. */
  readonly leave: (place: P) => void
  readonly first: () => P | undefined
  /** Takes the first out, and puts its feed behind the others. */
  readonly advance: () => void
}

/** Feeds in the order of their turns, each with those who wait for it in the order in which they came. */
type Turns<P> = Map<string, Set<P>>

export const makeLine = <P extends Waiting>(): Line<P> => {
  const foreground: Turns<P> = new Map()
  const background: Turns<P> = new Map()

  const turnsOf = (place: P) => (place.background ? background : foreground)

  const leave = (place: P) => {
    const turns = turnsOf(place)
    const places = turns.get(place.feed)
    if (places?.delete(place) && places.size === 0) turns.delete(place.feed)
  }

  const first = (): P | undefined => {
    for (const turns of [foreground, background]) {
      for (const places of turns.values()) for (const place of places) return place
    }
    return undefined
  }

  return {
    enter: (place) => {
      const turns = turnsOf(place)
      const places = turns.get(place.feed)
      if (places === undefined) turns.set(place.feed, new Set([place]))
      else places.add(place)
    },
    leave,
    first,
    advance: () => {
      const place = first()
      if (place === undefined) return
      leave(place)
      const turns = turnsOf(place)
      const rest = turns.get(place.feed)
      if (rest === undefined) return
      // A map keeps the order of insertion: the feed goes to its end.
      turns.delete(place.feed)
      turns.set(place.feed, rest)
    }
  }
}
