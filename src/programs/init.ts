import { init } from "./commands/init.ts"
import { main } from "./main.ts"

main(init)
