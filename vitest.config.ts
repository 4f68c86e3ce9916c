import { statfsSync } from "node:fs"
import { tmpdir } from "node:os"
import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** Several times the space that the tests use at once. */
const MEMORY_BYTES_MIN = 2 ** 28

/**
 * SQLite waits for the disk at every commit, and the tests create hundreds of databases: on a busy disk this is
 * most of their time. If Linux offers enough memory as a folder, the databases are created there. A process that
 * is killed leaves the same files in either place.
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
 * With KALSHI_TEST_NOW=2028-02-29T23:50:00Z the whole run begins at that moment. No outcome may depend on the time
 * at which the tests run, so .ci/run chooses another moment each time.
 */
const shiftMillis = (): number => {
  const { KALSHI_TEST_NOW } = process.env
  if (KALSHI_TEST_NOW === undefined) return 0
  const millis = Date.parse(KALSHI_TEST_NOW) - Date.now()
  if (Number.isNaN(millis)) throw new Error(`KALSHI_TEST_NOW is no moment: ${KALSHI_TEST_NOW}`)
  return millis
}

/** Files that run programs take the longest. They come first, so that no worker ends long after the others. */
class ProgramsFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => /\/test\/(simulation|programs|crash)\//.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
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
    // The limit ends a test that hangs, not a slow one: a busy machine takes many times as long as an idle one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Many tests wait for limits of rates and for child processes, so four workers find work on two cores.
    // Test files change nothing globally, so they share one copy of the modules.
    isolate: false,
    sequence: { sequencer: ProgramsFirst },
    maxWorkers: 4,
    // With fewer at the least, the pool ends a worker that has no file left, and vitest takes that for a failure.
    minWorkers: 4,
    typecheck: { enabled: false }
  }
})
