import { main } from "./cli/main.ts"
import { kalshi } from "./definitions/all.ts"

await main(kalshi)
