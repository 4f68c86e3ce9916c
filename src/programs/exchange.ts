import { main } from "./cli/main.ts"
import { exchange } from "./definitions/exchange.ts"

await main(exchange)
