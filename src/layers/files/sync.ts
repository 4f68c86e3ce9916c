import { open } from "node:fs/promises"

/** Writes to the disk what the system still holds in memory of a file, or of the names in a folder. */
export const syncPath = async (path: string): Promise<void> => {
  const handle = await open(path, "r")
  await handle.sync().finally(() => handle.close())
}
