/** Resolves typed times and ages once the current time is known. */
import { Effect } from "effect"
import { WrongUsage } from "../../domain/errors.ts"
import { type SlotSeconds, slotText } from "../../domain/units/time.ts"
import type { TimeOrAge } from "./time.ts"

/**
 * Resolves a time and refuses one in the future, for which neither the recording nor the exchange has data.
 */
export const pastOf = (
  flag: string,
  moment: TimeOrAge | undefined,
  now: SlotSeconds
): Effect.Effect<SlotSeconds | undefined, WrongUsage> => {
  const at = moment?.at(now)
  return at === undefined || at <= now
    ? Effect.succeed(at)
    : new WrongUsage({ why: `${flag} ${moment?.words}: lies in the future; it is ${slotText(now)} now` })
}
