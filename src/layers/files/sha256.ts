/** The SHA-256 of a file. */
import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"

const BYTES_A_READ = 1_048_576

/** Returns the SHA-256 of a file in lower-case hex. */
export const sha256Of = async (path: string): Promise<string> => {
  const hasher = createHash("sha256")
  for await (const bytes of createReadStream(path, { highWaterMark: BYTES_A_READ })) hasher.update(bytes)
  return hasher.digest("hex")
}
