/**
 * Signed access: identifies the sender of a request by its three KALSHI-ACCESS headers. The signature covers
 * the timestamp, the method, and the path from the root without the query: RSA-PSS over SHA-256 with a salt
 * of 32 bytes, or Ed25519, depending on the key. The age of the timestamp is not checked, because simulated
 * time runs at another pace.
 */
import { constants, createPublicKey, type KeyObject, verify } from "node:crypto"
import type { IncomingHttpHeaders } from "node:http"

export interface AccessKey {
  readonly id: string
  readonly publicKeyPem: string
}

/**
 * The sender of a request: anyone if it has none of the headers, the holder of a key if its signature is right,
 * and an impostor if it is wrong.
 */
export type Visitor =
  | { readonly is: "anyone" }
  | { readonly is: "holder"; readonly keyId: string }
  | { readonly is: "impostor" }

export type Keyring = ReadonlyMap<string, KeyObject>

/**
 * Reads the public keys. Throws if a key cannot be read, or is of a type that the exchange does not accept.
 */
export const keyringOf = (keys: ReadonlyArray<AccessKey>): Keyring =>
  new Map(
    keys.map(({ id, publicKeyPem }) => {
      const key = createPublicKey(publicKeyPem)
      const type = key.asymmetricKeyType
      if (type !== "rsa" && type !== "ed25519") throw new Error(`key ${id} is ${type}, not rsa or ed25519`)
      return [id, key]
    })
  )

const SALT_BYTES = 32

const fits = (key: KeyObject, text: string, signature: Buffer): boolean => {
  const data = Buffer.from(text, "utf8")
  if (key.asymmetricKeyType === "ed25519") return verify(null, data, key, signature)
  const padded = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT_BYTES }
  return verify("sha256", data, padded, signature)
}

/** Identifies the sender. `path` is the full path from the root as in the request, without the query. */
export const visitorOf = (
  keyring: Keyring,
  method: string,
  path: string,
  headers: IncomingHttpHeaders
): Visitor => {
  if (!Object.keys(headers).some((name) => name.startsWith("kalshi-access-"))) return { is: "anyone" }
  const [keyId, timestamp, signature] = [
    String(headers["kalshi-access-key"] ?? ""),
    String(headers["kalshi-access-timestamp"] ?? ""),
    String(headers["kalshi-access-signature"] ?? "")
  ]
  const key = keyring.get(keyId)
  if (key === undefined || !/^\d{13}$/.test(timestamp)) return { is: "impostor" }
  return fits(key, `${timestamp}${method}${path}`, Buffer.from(signature, "base64"))
    ? { is: "holder", keyId }
    : { is: "impostor" }
}
