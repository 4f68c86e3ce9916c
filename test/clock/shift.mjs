/**
 * Shifts the clock of this process by the milliseconds in KALSHI_TEST_SHIFT_MILLIS. Loaded before a program
 * (`--import`), it makes the program run at the time of a test; vitest loads it before each test file.
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
