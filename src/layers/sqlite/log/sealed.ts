/** Opens sealed observations: decompresses a body, and checks that it is the one that was received. */
import { hash } from "node:crypto"
import { Effect, Either } from "effect"
import { LogDamaged } from "../../../domain/errors.ts"
import type { LoggedObservation, SealedObservation } from "../../../domain/observation.ts"
import { decompress } from "./compression.ts"

/** Returns the hash of a body in lower-case hex, as the log stores it. */
export const sha256 = (body: Uint8Array): string => hash("sha256", body, "hex")

const checked = (
  { encoding: _, stored: __, ...header }: SealedObservation,
  body: Uint8Array
): Either.Either<LoggedObservation, LogDamaged> =>
  sha256(body) === header.bodySha256
    ? Either.right({ ...header, body })
    : Either.left(new LogDamaged({ seq: header.seq, why: "its body is not the one that was received" }))

export const open = (sealed: SealedObservation): Effect.Effect<LoggedObservation, LogDamaged> =>
  decompress(sealed.encoding, sealed.stored).pipe(
    Effect.mapError(
      (error) => new LogDamaged({ seq: sealed.seq, why: `its body does not decompress (${error.message})` })
    ),
    Effect.flatMap((body) => checked(sealed, body))
  )
