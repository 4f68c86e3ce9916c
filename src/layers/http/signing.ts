/**
 * Signatures for the exchange (its documentation, "API keys"): `timestamp + METHOD + path`, the path from
 * the root and without its query, under RSA-PSS (SHA-256 for digest and mask, salt of 32 bytes) or Ed25519.
 * Key material stays in here and in node's key object: no error of this module quotes anything it was given,
 * nor what node says of it.
 */
import { constants, createPrivateKey, type KeyObject, sign } from "node:crypto"
import { Clock, Effect, Either, Redacted } from "effect"
import { WrongUsage } from "../../domain/errors.ts"

export interface Credentials {
  readonly keyId: Redacted.Redacted
  /** PKCS#8 or PKCS#1 in PEM, newlines real or written `\n` as environment files have them. */
  readonly privateKey: Redacted.Redacted
}

export interface Signer {
  /** Headers for one request, good for the moment only: the exchange refuses old timestamps. */
  readonly headersFor: (method: "GET", url: string) => Effect.Effect<Readonly<Record<string, string>>>
}

/** Names of the headers, for whoever must not print them. */
export const SIGNING_HEADERS = [
  "kalshi-access-key",
  "kalshi-access-timestamp",
  "kalshi-access-signature"
] as const

const DIGEST_BYTES = 32
const KEY_ID_CHARS_MAX = 200

/** Fails with words about the key that leave the key out. */
export const makeSigner = ({ keyId, privateKey }: Credentials): Either.Either<Signer, WrongUsage> =>
  Either.gen(function* () {
    const id = yield* sendable(Redacted.value(keyId))
    const key = yield* parse(Redacted.value(privateKey))
    const signed = signingWith(key)
    // A key that cannot make this signature (RSA of 512 bits, say) is found out now, not in mid-recording.
    yield* Either.try({ try: () => signed("trial"), catch: () => unusable("cannot make RSA-PSS signatures") })
    return {
      headersFor: (method, url) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const timestamp = String(now)
          const [name, time, signature] = SIGNING_HEADERS
          const text = `${timestamp}${method}${new URL(url).pathname}`
          return { [name]: id, [time]: timestamp, [signature]: signed(text) }
        })
    }
  })

const unusable = (why: string) =>
  new WrongUsage({
    why: `the private key ${why}. Set KALSHI_PRIVATE_KEY_PATH or KALSHI_PRIVATE_KEY to the RSA or Ed25519 key, in PEM, that belongs to KALSHI_API_KEY_ID.`
  })

/** An id goes into a header as it is; a key pasted in its place must not. */
const sendable = (id: string): Either.Either<string, WrongUsage> =>
  /^[\w.:-]+$/.test(id) && id.length <= KEY_ID_CHARS_MAX
    ? Either.right(id)
    : Either.left(
        new WrongUsage({
          why: "KALSHI_API_KEY_ID does not look like the id of a key, such as a1b2c3d4-0000-4000-8000-1234567890ab."
        })
      )

const parse = (text: string): Either.Either<KeyObject, WrongUsage> => {
  const pem = text.trim().replaceAll("\\r", "").replaceAll("\\n", "\n")
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return Either.left(unusable("is not PEM text"))
  if (/BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(pem))
    return Either.left(unusable("is encrypted; remove its passphrase"))
  return Either.try({
    try: () => createPrivateKey({ key: pem, format: "pem" }),
    catch: () => unusable("cannot be read")
  }).pipe(
    Either.filterOrLeft(
      ({ asymmetricKeyType }) => asymmetricKeyType === "rsa" || asymmetricKeyType === "ed25519",
      () => unusable("is neither RSA nor Ed25519")
    )
  )
}

const signingWith = (key: KeyObject) => {
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: DIGEST_BYTES }
  return (text: string): string =>
    (key.asymmetricKeyType === "ed25519"
      ? sign(null, Buffer.from(text), key)
      : sign("sha256", Buffer.from(text), pss)
    ).toString("base64")
}
