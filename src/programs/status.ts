import { main } from "./cli/main.ts"
import { status } from "./definitions/status.ts"

await main(status)
