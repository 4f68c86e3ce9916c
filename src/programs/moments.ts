/** Times that were typed, now that it is known what time it is. */
import { Effect } from "effect"
import { WrongUsage } from "../domain/errors.ts"
import { type SlotSeconds, slotText } from "../domain/time.ts"
import type { Moment } from "./cli/time.ts"

/** Nothing has been recorded of the future, and the exchange knows nothing of it. */
export const pastOf = (
  flag: string,
  moment: Moment | undefined,
  now: SlotSeconds
): Effect.Effect<SlotSeconds | undefined, WrongUsage> => {
  const at = moment?.at(now)
  return at === undefined || at <= now
    ? Effect.succeed(at)
    : new WrongUsage({ why: `${flag} ${moment?.words}: lies in the future; it is ${slotText(now)} now` })
}
