import { exchange } from "./commands/exchange.ts"
import { main } from "./main.ts"

main(exchange)
