import { program, type ValuesOf } from "../cli/definition.ts"
import { integer, option, optionOr, positive, text, wanted } from "../cli/option.ts"
import * as shared from "./shared.ts"

/** Reads a bias under which all prices are from 0 to 100 cents. */
const parseBias = (typed: string): { readonly alpha: number; readonly psi: number } => {
  const [alpha = Number.NaN, psi = Number.NaN, ...more] = typed.split(",").map(Number)
  return more.length === 0 && alpha <= 0 && alpha >= -100 * psi && Number.isFinite(psi)
    ? { alpha, psi }
    : wanted("two numbers ALPHA,PSI with -100 PSI <= ALPHA <= 0, such as -1.736,0.034")
}

const options = {
  port: optionOr("8787", { value: "PORT", about: "0 for any free one", parse: integer(0, 65_535) }),
  markets: optionOr("1000", {
    value: "N",
    about: "How many markets are open at any time",
    parse: integer(1, 500_000)
  }),
  seed: optionOr("1", {
    value: "N",
    about: "Which exchange is made up: the same seed makes the same one",
    parse: integer(Number.MIN_SAFE_INTEGER)
  }),
  speed: optionOr("1", { value: "X", about: "Simulated seconds per second", parse: positive }),
  faults: optionOr("", {
    value: "FAULTS",
    about: "What goes wrong, such as 429:every=7,burst=3;reset:every=17",
    parse: (typed) => typed
  }),
  bias: option({
    value: "ALPHA,PSI",
    about: "Prices P with Y - P = ALPHA + PSI P on average, in cents: -1.736,0.034 for the published bias",
    parse: parseBias
  }),
  recorded: option({ value: "FOLDER", about: "Serve recorded answers instead", parse: text }),
  apiKeyId: option({
    value: "ID",
    about: "A key that may sign requests; needs --public-key-path",
    parse: text
  }),
  publicKeyPath: option({
    value: "FILE",
    about: "Its public key, RSA or Ed25519, in PEM",
    parse: text
  }),
  json: shared.json
}

export type Values = ValuesOf<typeof options>

export const exchange = program({
  name: "exchange",
  group: "Try",
  summary: "Serve a local exchange to record from",
  description:
    "A universe of markets that trade and settle, made from a seed, with faults on command; or recorded answers. Listens on 127.0.0.1 until Ctrl-C.",
  options,
  exitCodes: { 0: "stopped by Ctrl-C or SIGTERM" },
  examples: [
    { command: "exchange --port 8787", about: "a thousand markets on http://127.0.0.1:8787/trade-api/v2" },
    {
      command: "exchange --port 0 --faults '429:every=7,burst=3;reset:every=17'",
      about: "one that refuses every few requests, and breaks some connections"
    }
  ],
  untilStopped: () => true,
  load: () => import("../commands/exchange.ts")
})
