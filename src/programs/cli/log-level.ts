/** The `--log-level` option, which every program accepts: it sets how much is logged to stderr. */
import { oneOf, optionOr } from "./option.ts"

const logLevels = ["all", "trace", "debug", "info", "warning", "error", "fatal", "none"] as const

export type LogLevelName = (typeof logLevels)[number]

export const logLevel = optionOr("info", {
  value: "LEVEL",
  about: `How much is said on stderr: ${logLevels.join(", ")}`,
  env: "KALSHI_LOG_LEVEL",
  choices: logLevels,
  parse: (level) => oneOf(logLevels)(level.toLowerCase() === "warn" ? "warning" : level.toLowerCase())
})
