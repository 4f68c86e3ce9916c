import { demo } from "./commands/demo.ts"
import { main } from "./main.ts"

main(demo)
