/** A line chart for the terminal. */
import asciichart from "asciichart"

/** `values` from left to right, with their axis. */
export const chart = (values: ReadonlyArray<number>, height: number): string =>
  asciichart.plot([...values], { height })
