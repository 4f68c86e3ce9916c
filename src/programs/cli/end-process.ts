/** Ends the process, also while native code does not stop. */
import { hasInterruptedCalls } from "../../layers/interrupted-calls.ts"

/** Replaces the process by another program, as Node does from 22.15 on. Its types are not declared yet. */
type Execve = (file: string, args: ReadonlyArray<string>, environment: object) => never

/**
 * Ends the process with an exit code. `process.exit` waits for the threads of Node's pool. If DuckDB does not stop in
 * one of them, the process becomes a shell that exits with the code; older versions of Node end by the signal instead,
 * for which shells report the same code, or by SIGKILL if there was none.
 */
export const endProcess = (code: number, signal?: "SIGINT" | "SIGTERM"): void => {
  if (!hasInterruptedCalls()) process.exit(code)
  const { execve } = process as { readonly execve?: Execve }
  execve?.("/bin/sh", ["sh", "-c", `exit ${code}`], {})
  // Without a listener, the signal ends the process.
  if (signal !== undefined) process.removeAllListeners(signal)
  process.kill(process.pid, signal ?? "SIGKILL")
}
