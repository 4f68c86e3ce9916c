/** Looks a body over before it is recorded: is it whole, and what is its cursor. */
import { Context, type Effect } from "effect"
import type { Inspection } from "../domain/read/envelope.ts"

export class Inspector extends Context.Tag("kalshi-tape/Inspector")<
  Inspector,
  { readonly inspect: (body: Uint8Array) => Effect.Effect<Inspection> }
>() {}
