/**
 * Counts the calls of native code that were told to stop and have not ended yet. Node waits for them when the process
 * exits, however long they take.
 */
let unfinished = 0

/** Counts a call until it has ended. */
export const countInterrupted = (settled: Promise<void>): void => {
  unfinished++
  void settled.finally(() => {
    unfinished--
  })
}

export const hasInterruptedCalls = (): boolean => unfinished > 0
