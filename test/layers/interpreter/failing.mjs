/** A thread that fails at every question, and lives on. */
import { parentPort } from "node:worker_threads"

parentPort.on("message", ({ id }) => parentPort.postMessage({ id, result: "failed" }))
parentPort.postMessage("ready")
