/** The queries of the cookbook, by name. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const cookbook = readFileSync(fileURLToPath(new URL("../../docs/cookbook.md", import.meta.url)), "utf8")

export const cookbookQueries: ReadonlyMap<string, string> = new Map(
  [...cookbook.matchAll(/```sql\n(-- ([\w-]+)\n[\s\S]*?)```/g)].map(([, sql = "", name = ""]) => [name, sql])
)

/** The number of blocks of SQL, whether they have a name or not. */
export const cookbookBlocks = cookbook.split("```sql\n").length - 1
