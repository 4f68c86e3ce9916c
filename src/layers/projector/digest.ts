/** The digests of the tables: 28 characters that stand for a text, or for bytes, of any length. */
import { hash } from "node:crypto"

export const digest = (content: string | Uint8Array): string => hash("sha1", content, "base64")
