import { backfill } from "./commands/backfill.ts"
import { main } from "./main.ts"

main(backfill)
