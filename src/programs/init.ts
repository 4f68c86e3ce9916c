import { main } from "./cli/main.ts"
import { init } from "./definitions/init.ts"

await main(init)
