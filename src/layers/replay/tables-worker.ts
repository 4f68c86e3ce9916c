/** The worker process that builds the tables of a whole log for a recorder, which goes on recording meanwhile. */
import { constants, setPriority } from "node:os"
import { buildBeside, type TablesDatabase } from "./tables-database.ts"
import { work } from "./worker-program.ts"

// The workers of the ranges inherit it. A slot that is late is lost, and tables that are late are only late. The
// lowest priority of all would leave nothing to the rebuild on a machine that has other work.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)

await work<TablesDatabase>(buildBeside)
