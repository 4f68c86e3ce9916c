/**
 * An in-memory DuckDB that lives as long as its scope. Above its memory limit it spills to a folder. It
 * downloads nothing, and its time zone is UTC.
 */
import { setTimeout } from "node:timers/promises"
import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBMaterializedResult,
  type DuckDBType,
  type DuckDBValue
} from "@duckdb/node-api"
import { Effect, type Scope } from "effect"
import { whyOf } from "../files/error-words.ts"
import { countInterrupted } from "../interrupted-calls.ts"

/** The values of the parameters of a statement, and their types, by name. */
export interface Bindings {
  readonly values: Readonly<Record<string, DuckDBValue>>
  readonly types: Readonly<Record<string, DuckDBType>>
}

export interface Duck<E> {
  readonly connection: DuckDBConnection
  /**
   * Runs an asynchronous call of DuckDB. Interruption stops the call, and waits until it has stopped, or for the
   * patience of the options.
   */
  readonly call: <A>(work: () => Promise<A>) => Effect.Effect<A, E>
  /** Runs one statement. Interruption works as for `call`. */
  readonly run: (sql: string, bound?: Bindings) => Effect.Effect<DuckDBMaterializedResult, E>
  /** Runs statements in one call, each to its end. They take no parameters and their results are dropped. */
  readonly runAll: (statements: ReadonlyArray<string>) => Effect.Effect<void, E>
  /** Opens an appender to a table of the schema `staged`. Its rows are in the table when the scope ends. */
  readonly appender: (table: string) => Effect.Effect<DuckDBAppender, E, Scope.Scope>
  /** Runs a synchronous call of the library. */
  readonly attempt: <A>(call: () => A) => Effect.Effect<A, E>
}

interface DuckOptions<E> {
  readonly memoryMegabytes: number
  /** DuckDB makes this folder when it first spills. The caller removes it. */
  readonly spillFolder: string
  /** The largest size of the spill folder, in bytes. By default DuckDB uses most of the free disk. */
  readonly spillBytes?: number
  /**
   * How long to wait for a call that was interrupted. DuckDB notices an interrupt between two pieces of its work, and
   * one value can be a piece of hours. By default, the wait has no limit.
   */
  readonly patienceMillis?: number
  /** Converts the message of DuckDB to an error. */
  readonly onError: (why: string) => E
}

const INTERRUPT_EVERY_MILLIS = 20

const config = ({
  memoryMegabytes,
  spillBytes,
  spillFolder
}: DuckOptions<unknown>): Record<string, string> => ({
  memory_limit: `${memoryMegabytes}MB`,
  temp_directory: spillFolder,
  ...(spillBytes === undefined ? {} : { max_temp_directory_size: `${Math.ceil(spillBytes / 1000)}KB` }),
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false"
})

export const openDuck = <E>(options: DuckOptions<E>): Effect.Effect<Duck<E>, E, Scope.Scope> =>
  Effect.gen(function* () {
    const catching = (error: unknown) => options.onError(whyOf(error))
    /** A call that did not stop in time. DuckDB would block whoever closes or uses the connection meanwhile. */
    let stuck: Promise<void> | undefined
    const close = (opened: { readonly closeSync: () => void }) =>
      Effect.sync(() => {
        if (stuck === undefined) opened.closeSync()
        else void stuck.then(() => opened.closeSync())
      })
    const instance = yield* Effect.acquireRelease(
      Effect.tryPromise({ try: () => DuckDBInstance.create(":memory:", config(options)), catch: catching }),
      close
    )
    const connection = yield* Effect.acquireRelease(
      Effect.tryPromise({ try: () => instance.connect(), catch: catching }),
      close
    )
    const stop = async (settled: Promise<void>): Promise<void> => {
      connection.interrupt()
      // A statement that is about to start does not notice an interrupt, so it is repeated.
      const again = setInterval(() => connection.interrupt(), INTERRUPT_EVERY_MILLIS)
      const ended = settled.finally(() => clearInterval(again))
      countInterrupted(ended)
      const { patienceMillis } = options
      if (patienceMillis === undefined) return ended
      const late = await Promise.race([ended, setTimeout(patienceMillis, "late", { ref: false })])
      if (late !== undefined) stuck = ended
    }
    // If a connection gets a statement before the last one has ended, it abandons the older one.
    const alone = (yield* Effect.makeSemaphore(1)).withPermits(1)
    const call = <A>(work: () => Promise<A>): Effect.Effect<A, E> =>
      Effect.async<A, E>((resume) => {
        if (stuck !== undefined)
          return resume(Effect.fail(options.onError("the last statement did not stop")))
        const settled = work().then(
          (result) => resume(Effect.succeed(result)),
          (error) => resume(Effect.fail(catching(error)))
        )
        return Effect.promise(() => stop(settled))
      }).pipe(alone)
    const run = (sql: string, bound?: Bindings): Effect.Effect<DuckDBMaterializedResult, E> =>
      call(() => connection.run(sql, bound?.values, bound?.types))
    yield* run("SET TimeZone = 'UTC'")
    return {
      connection,
      call,
      run,
      runAll: (statements) =>
        statements.length === 0 ? Effect.void : Effect.asVoid(run(statements.join(";\n"))),
      appender: (table) =>
        Effect.acquireRelease(
          alone(
            Effect.tryPromise({ try: () => connection.createAppender(table, "staged"), catch: catching })
          ),
          (opened) => alone(Effect.sync(() => opened.closeSync()))
        ),
      attempt: (call) => alone(Effect.try({ try: call, catch: catching }))
    }
  })
