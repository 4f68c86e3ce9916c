/** Parses sizes as values of options: `512MB`, `2 GB`, `1GiB`. A number without a unit is refused. */
import { wanted } from "./option.ts"

const UNITS: Readonly<Record<string, number>> = {
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40
}

/** The largest size that is accepted, in bytes. A larger one is taken for a typing error. */
const BYTES_MAX = 1e15

export const bytes =
  (least: number) =>
  (words: string): number => {
    const [, number = "", unit = ""] = /^\s*(\d{1,9}(?:\.\d{1,3})?)\s*([a-z]*)\s*$/i.exec(words) ?? []
    if (number !== "" && unit === "") return wanted("needs a unit: kB, MB, GB or TB, such as 512MB")
    const size = Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN)
    if (number === "" || Number.isNaN(size)) return wanted("must be a size such as 512MB or 2GB")
    if (size < least) return wanted(`must be at least ${least / 1e6}MB`)
    return size > BYTES_MAX ? wanted("must be at most 1000TB") : Math.floor(size)
  }
