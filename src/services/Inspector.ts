/** Looks a body over before it is recorded, in whatever thread has the time. A dead thread is a defect. */
import { Context, type Effect } from "effect"
import type { Inspection } from "../domain/inspection.ts"

export class Inspector extends Context.Tag("kalshi-tape/Inspector")<
  Inspector,
  { readonly inspect: (body: Uint8Array) => Effect.Effect<Inspection> }
>() {}
