import { syncMarkets } from "./commands/sync-markets.ts"
import { main } from "./main.ts"

main(syncMarkets)
