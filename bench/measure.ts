/** Programs in processes of their own: how long each takes, how much memory, and what it prints. */
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** The command that npm installs. It runs the bundle, so build that first. */
export const KALSHI = fileURLToPath(new URL("../bin/kalshi.js", import.meta.url))

export interface Measured {
  /** From the start of the process to its end. */
  readonly seconds: number
  /** The time of the processor, that of its child processes included. */
  readonly processorSeconds: number
  readonly peakMegabytes: number
  readonly stdout: string
}

const peakKilobytes = (pid: number | undefined): number => {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1])
  } catch {
    // The process has ended, or this system has no /proc.
    return Number.NaN
  }
}

/** Linux counts in hundredths of a second. */
const processorSeconds = (pid: number | undefined): number => {
  try {
    const [, text = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")
    const ticks = text.split(" ").slice(11, 15)
    return ticks.reduce((sum, count) => sum + Number(count), 0) / 100
  } catch {
    return Number.NaN
  }
}

/** Runs a command to its end. A code other than 0 is an error. */
export const measureCommand = (
  command: string,
  args: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv = process.env
): Promise<Measured> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] })
    let [stdout, stderr, peak, processor] = ["", "", Number.NaN, Number.NaN]
    const watch = setInterval(() => {
      const now = peakKilobytes(child.pid)
      if (!Number.isNaN(now)) peak = now
      // A process that has ended stays without memory until it is waited for, with all of its time.
      const used = processorSeconds(child.pid)
      if (!Number.isNaN(used)) processor = used
    }, 5)
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text
    })
    child.once("close", (code) => {
      clearInterval(watch)
      const seconds = (performance.now() - startedAt) / 1000
      if (code === 0) resolve({ seconds, processorSeconds: processor, peakMegabytes: peak / 1000, stdout })
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code}: ${stderr.slice(-2000)}`))
    })
  })

/** Runs a script of Node to its end. A code other than 0 is an error. */
export const measure = (
  script: string,
  args: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv = process.env
): Promise<Measured> => measureCommand(process.execPath, [script, ...args], env)

export const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
