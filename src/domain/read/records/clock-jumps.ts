import type { PublicTable } from "../table.ts"

export const clockJumps: PublicTable = {
  name: "clock_jumps",
  about: "when this machine's clock moved on its own or was wrong, and which time was believed",
  columns: {
    noticed_at: "time",
    seconds: "real",
    clock_at: "time",
    exchange_at: "time",
    believed: "text",
    reason: "text"
  },
  key: ["noticed_at"],
  origin: "recorded"
}
