/** A thread that says it can be asked, and ends of its first question, as one does whose memory is at its end. */
import { parentPort } from "node:worker_threads"

parentPort.on("message", () => process.exit(9))
parentPort.postMessage("ready")
