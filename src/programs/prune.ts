import { prune } from "./commands/prune.ts"
import { main } from "./main.ts"

main(prune)
