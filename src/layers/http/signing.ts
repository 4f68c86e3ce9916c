/**
 * Signs requests as the exchange's documentation ("API keys") describes: `timestamp + METHOD + path`, with the
 * path from the root and without its query, by RSA-PSS (SHA-256 for digest and mask, salt of 32 bytes) or
 * Ed25519. Key material stays in this module and in Node's key object. No error of this module quotes its input,
 * or Node's message about it.
 */
import { constants, createPrivateKey, type KeyObject, sign } from "node:crypto"
import { Clock, Effect, Either, Redacted } from "effect"
import { WrongUsage } from "../../domain/errors.ts"

export interface Credentials {
  readonly keyId: Redacted.Redacted
  /** PKCS#8 or PKCS#1 in PEM. Line breaks may be written as `\n`, as environment files do. */
  readonly privateKey: Redacted.Redacted
}

export interface Signer {
  /** Makes the headers of a request that is sent at once. The exchange refuses old timestamps. */
  readonly headersFor: (method: "GET", url: string) => Effect.Effect<Readonly<Record<string, string>>>
}

/** The names of the headers, which must not be printed. */
export const SIGNING_HEADERS = [
  "kalshi-access-key",
  "kalshi-access-timestamp",
  "kalshi-access-signature"
] as const

const DIGEST_BYTES = 32
const KEY_ID_CHARS_MAX = 200

/** Makes a signer. The message of a failure describes the key without quoting it. */
export const makeSigner = ({ keyId, privateKey }: Credentials): Either.Either<Signer, WrongUsage> =>
  Either.gen(function* () {
    const id = yield* sendable(Redacted.value(keyId))
    const key = yield* parse(Redacted.value(privateKey))
    const signed = signingWith(key)
    // A key that cannot make this signature, such as RSA of 512 bits, is refused now and not while recording.
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

/** Checks an id, which is sent in a header. A key that was pasted in its place must not be sent. */
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
