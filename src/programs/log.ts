import { main } from "./cli/main.ts"
import { log } from "./definitions/log.ts"

await main(log)
