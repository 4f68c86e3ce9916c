import { collect } from "./commands/collect.ts"
import { main } from "./main.ts"

main(collect)
