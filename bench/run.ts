/**
 * Measures the whole way of the data at the exchange's real size: slots of a local exchange are recorded,
 * replayed, verified and exported, each by its own program, with wall time and peak memory. `npm run bench --
 * [markets, 120000] [slots, 3]`
 */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { table } from "../src/programs/terminal/table.ts"

const [markets = 120_000, slots = 3] = process.argv.slice(2).map(Number)
const programs = fileURLToPath(new URL("../src/programs", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "kalshi-bench-"))
const dataDir = join(folder, "data")

const start = (program: string, ...args: ReadonlyArray<string>): ChildProcess =>
  spawn(process.execPath, ["--import", "tsx", join(programs, `${program}.ts`), ...args], {
    stdio: ["ignore", "pipe", "inherit"]
  })

const peakKilobytes = (pid: number | undefined): number => {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1])
  } catch {
    // The process has ended, or this system has no /proc.
    return Number.NaN
  }
}

interface Measured {
  readonly seconds: number
  readonly peakMegabytes: number
  readonly stdout: string
}

const measure = (program: string, ...args: ReadonlyArray<string>): Promise<Measured> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const child = start(program, ...args, "--data-dir", dataDir, "--json")
    let peak = Number.NaN
    let stdout = ""
    const watch = setInterval(() => {
      const now = peakKilobytes(child.pid)
      if (!Number.isNaN(now)) peak = now
    }, 50)
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text
    })
    child.once("close", (code) => {
      clearInterval(watch)
      const seconds = (performance.now() - startedAt) / 1000
      if (code === 0) resolve({ seconds, peakMegabytes: peak / 1000, stdout })
      else reject(new Error(`${program} ended with ${code}`))
    })
  })

const listening = (exchange: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = ""
    exchange.once("close", () => reject(new Error("the local exchange ended")))
    exchange.stdout?.setEncoding("utf8").on("data", (text: string) => {
      said += text
      const url = /http:\/\/\S+/.exec(said)?.[0]
      if (url !== undefined) resolve(url)
    })
  })

const measurements: Array<ReadonlyArray<string | number>> = []
const row = (what: string, rows: number, { peakMegabytes, seconds }: Measured) =>
  measurements.push([
    what,
    rows,
    Math.round(seconds * 10) / 10,
    Math.round(rows / seconds),
    Math.round(peakMegabytes)
  ])

const exchange = start("exchange", "--port", "0", "--markets", String(markets))
try {
  const url = await listening(exchange)
  const recorded: Array<number> = []
  // The first walk also makes the exchange compose its pages, so it is not counted.
  for (let slot = 0; slot <= slots; slot++) {
    const collected = await measure(
      "collect",
      "--once",
      "--feeds",
      "markets",
      "--api-url",
      url,
      "--read-tokens-per-second",
      "1000000"
    )
    const items: number = JSON.parse(collected.stdout).feeds[0].items
    recorded.push(items)
    row(slot === 0 ? "slot 0, exchange cold" : `slot ${slot}`, items, collected)
  }
  exchange.kill()
  const all = recorded.reduce((sum, items) => sum + items, 0)
  row("replay --verify", all, await measure("replay", "--verify"))
  row("replay", all, await measure("replay"))
  row("export-parquet, all tables", all, await measure("export-parquet", "--output", join(folder, "export")))
  process.stdout.write(`${table(["what", "rows", "seconds", "rows/s", "peak MB"], measurements)}\n`)
} finally {
  exchange.kill()
  rmSync(folder, { recursive: true, force: true })
}
