import { log } from "./commands/log.ts"
import { main } from "./main.ts"

main(log)
