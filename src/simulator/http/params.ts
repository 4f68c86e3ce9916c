/** Reads single query parameters: absent, malformed, or given. An empty value counts as absent. */
import { Either } from "effect"
import { SECOND, type Us } from "../universe/instant.ts"
import type { Place } from "../universe/order.ts"
import { decodeCursor } from "./cursor.ts"

/** A parameter's value, or the message of the 400 answer. */
export type Read<A> = Either.Either<A, string>

export const textOf = (params: URLSearchParams, name: string): string | undefined =>
  params.get(name) || undefined

/** Reads a comma-separated list. */
export const setOf = (params: URLSearchParams, name: string): ReadonlySet<string> | undefined => {
  const text = textOf(params, name)
  return text === undefined ? undefined : new Set(text.split(","))
}

export const flagOf = (params: URLSearchParams, name: string): Read<boolean | undefined> => {
  const text = textOf(params, name)
  if (text === undefined) return Either.right(undefined)
  return text === "true" || text === "false" ? Either.right(text === "true") : Either.left(`invalid ${name}`)
}

export const wholeNumber = (params: URLSearchParams, name: string): Read<number | undefined> => {
  const text = textOf(params, name)
  if (text === undefined) return Either.right(undefined)
  return /^\d{1,12}$/.test(text) ? Either.right(Number(text)) : Either.left(`invalid ${name}`)
}

export const requiredNumber = (params: URLSearchParams, name: string): Read<number> =>
  Either.flatMap(wholeNumber(params, name), (value) =>
    value === undefined ? Either.left(`${name} is required`) : Either.right(value)
  )

/** Reads a time, which is Unix seconds on the wire. */
export const instantOf = (params: URLSearchParams, name: string): Read<Us | undefined> =>
  Either.map(wholeNumber(params, name), (value) => (value === undefined ? undefined : value * SECOND))

export const limitOf = (params: URLSearchParams, usual: number, most: number): Read<number> =>
  Either.flatMap(wholeNumber(params, "limit"), (limit) => {
    if (limit === undefined) return Either.right(usual)
    return limit >= 1 && limit <= most
      ? Either.right(limit)
      : Either.left(`limit must be between 1 and ${most}`)
  })

export const cursorOf = (params: URLSearchParams): Read<Place | undefined> => {
  const text = textOf(params, "cursor")
  if (text === undefined) return Either.right(undefined)
  const place = decodeCursor(text)
  return place === undefined ? Either.left("invalid cursor") : Either.right(place)
}
