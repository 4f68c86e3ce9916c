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

/**
 * KALSHI_TEST_NOW=2028-02-29T23:50:00Z has the whole run begin at that moment: no outcome may depend on when the
 * tests are run, and .ci/run takes another moment each time.
 */
const shiftMillis = (): number => {
  const { KALSHI_TEST_NOW } = process.env
  if (KALSHI_TEST_NOW === undefined) return 0
  const millis = Date.parse(KALSHI_TEST_NOW) - Date.now()
  if (Number.isNaN(millis)) throw new Error(`KALSHI_TEST_NOW is no moment: ${KALSHI_TEST_NOW}`)
  return millis
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/programs/bundle.ts"],
    env: {
      TMPDIR: process.env.TMPDIR ?? temporary(),
      KALSHI_TEST_SHIFT_MILLIS: String(shiftMillis())
    },
    setupFiles: ["test/clock/shift.mjs"],
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
