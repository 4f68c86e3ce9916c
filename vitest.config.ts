import { statfsSync } from "node:fs"
import { tmpdir } from "node:os"
import { defineConfig } from "vitest/config"

/** Several times what the tests have in use at once. */
const MEMORY_BYTES_MIN = 2 ** 28

/**
 * SQLite waits for the disk at every commit, and the tests make hundreds of databases: on a busy disk that is
 * most of their time. Where Linux offers memory as a folder, and enough of it, they are made there; a process
 * that is killed leaves the same behind in either.
 */
const temporary = (): string => {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm")
    return bavail * bsize >= MEMORY_BYTES_MIN ? "/dev/shm" : tmpdir()
  } catch {
    return tmpdir()
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/programs/bundle.ts"],
    env: { TMPDIR: process.env.TMPDIR ?? temporary() },
    // Against what hangs, not what is slow: a busy machine takes many times as long as an idle one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // SQLite, HTTP servers and child processes share two cores: more workers only add timing noise.
    // Two hundred files need no two hundred copies of the same modules: nothing here is changed globally.
    isolate: false,
    maxWorkers: 2,
    minWorkers: 1,
    typecheck: { enabled: false }
  }
})
