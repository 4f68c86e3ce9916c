import { main } from "./cli/main.ts"
import { backup } from "./definitions/backup.ts"

await main(backup)
