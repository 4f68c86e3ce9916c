import { main } from "./cli/main.ts"
import { prune } from "./definitions/prune.ts"

await main(prune)
