/** The worker process of a replay that builds the database of one range. */
import { buildRange, type RangeDatabase } from "./range-database.ts"
import { projectionsNamed, work } from "./worker-program.ts"

await work<RangeDatabase>((task, onObservations) =>
  buildRange(task, projectionsNamed(task.projections), onObservations)
)
