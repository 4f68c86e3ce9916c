import { main } from "./cli/main.ts"
import { syncMarkets } from "./definitions/sync-markets.ts"

await main(syncMarkets)
