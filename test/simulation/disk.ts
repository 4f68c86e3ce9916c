/** A disk in memory that can be filled, and folders of it that cannot be written. Both need the right to mount. */
import { spawnSync } from "node:child_process"
import { statfsSync } from "node:fs"

const succeeds = (command: string, ...args: ReadonlyArray<string>) => spawnSync(command, args).status === 0

const SIZE = "2g"

export interface Disk {
  /** Leaves so many bytes of free space. */
  readonly leave: (bytes: number) => boolean
  readonly makeRoom: () => boolean
  /** Makes a folder read-only. */
  readonly lock: (folder: string) => boolean
  readonly unlock: (folder: string) => boolean
  readonly unmount: () => boolean
}

/** Mounts a disk on an empty folder. Returns undefined where that is not allowed. */
export const mountDisk = (at: string): Disk | undefined => {
  if (process.getuid?.() !== 0 || !succeeds("mount", "-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", at))
    return undefined
  const resize = (size: string) => succeeds("mount", "-o", `remount,size=${size}`, at)
  return {
    leave: (bytes) => {
      const { bfree, blocks, bsize } = statfsSync(at)
      return resize(String((blocks - bfree) * bsize + bytes))
    },
    makeRoom: () => resize(SIZE),
    lock: (folder) =>
      succeeds("mount", "--bind", folder, folder) && succeeds("mount", "-o", "remount,ro,bind", folder),
    unlock: (folder) => succeeds("umount", folder),
    unmount: () => succeeds("umount", at)
  }
}
