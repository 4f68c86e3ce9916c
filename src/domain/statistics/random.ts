/**
 * Seeded random numbers: sfc32 of Chris Doty-Humphrey, as in PractRand 0.94. Effect's PCGRandom takes 130 ns a number,
 * which would be most of the time of a report that needs a hundred million.
 */

/** Returns the next number, at least 0 and below 1, in steps of 2^-32. */
export type Random = () => number

export const seeded = (seed: number): Random => {
  let a = seed | 0
  let b = 0x9e3779b9 | 0
  let c = 0x243f6a88 | 0
  let counter = 1
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }
  // The first numbers of neighbouring seeds resemble each other.
  for (let n = 0; n < 15; n++) next()
  return next
}
