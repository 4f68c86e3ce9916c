import { main } from "./cli/main.ts"
import { restore } from "./definitions/restore.ts"

await main(restore)
