import { status } from "./commands/status.ts"
import { main } from "./main.ts"

main(status)
