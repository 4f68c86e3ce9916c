/** Keys made for one test run, in every form in which a user may have one. */
import { generateKeyPairSync, type KeyObject } from "node:crypto"
import { Either, Redacted } from "effect"
import { makeSigner, type Signer } from "../../../src/layers/http/signing.ts"

export const KEY_ID = "a1b2c3d4-0000-4000-8000-1234567890ab"

export const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
export const ed25519 = generateKeyPairSync("ed25519")

export const pemOf = (key: KeyObject, type: "pkcs8" | "pkcs1" = "pkcs8"): string =>
  key.export({ format: "pem", type }).toString()

export const publicPemOf = (key: KeyObject): string => key.export({ format: "pem", type: "spki" }).toString()

/** The form of environment files, on one line. */
export const oneLine = (pem: string): string => pem.replaceAll("\n", "\\n")

/** Every line of a PEM's body, and pieces of the lines: none of them may appear anywhere. */
export const secretsOf = (pem: string): ReadonlyArray<string> =>
  pem
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("-----"))
    // The first line of a body names the algorithm, and is the same in all keys.
    .flatMap((line, nth) => (nth === 0 ? [line.slice(24, 60)] : [line, line.slice(0, 24), line.slice(8, 32)]))
    .filter((piece) => piece.length >= 16)

export const signerOf = (pem: string, keyId = KEY_ID): Signer =>
  Either.getOrThrow(makeSigner({ keyId: Redacted.make(keyId), privateKey: Redacted.make(pem) }))
