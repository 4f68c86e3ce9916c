/**
 * Sets this process' clock by the milliseconds in KALSHI_TEST_SHIFT_MILLIS. Loaded before a program (`--import`),
 * it makes the program live at a test's own time; vitest loads it before each file of tests.
 */
const shift = Number(process.env.KALSHI_TEST_SHIFT_MILLIS ?? 0)

if (shift !== 0 && !("isShifted" in Date)) {
  const RealDate = Date
  const now = () => RealDate.now() + shift

  globalThis.Date = class Date extends RealDate {
    static isShifted = true
    static now = now

    constructor(...parts) {
      if (parts.length === 0) super(now())
      else super(...parts)
    }
  }
}
