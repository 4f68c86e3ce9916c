/**
 * Loaded before a worker process that a test starts by its source file (`--import`), it runs the worker's file in the
 * bundle instead: that takes half a second of a core, the sources more than two. The query of this module's URL has
 * the folder of the bundle.
 */
import { register } from "node:module"
import { basename } from "node:path"
import { isMainThread } from "node:worker_threads"

// Node runs `initialize` and `resolve` in a thread of their own, from a second instance of this module.
if (isMainThread) {
  register(import.meta.url, { data: { folder: new URL(import.meta.url).searchParams.get("folder") } })
}

let folder

export const initialize = (data) => {
  folder = data.folder
}

export const resolve = (specifier, context, next) =>
  /-worker\.ts$/.test(specifier)
    ? next(new URL(`${basename(specifier, ".ts")}.mjs`, `${folder}/`).href, context)
    : next(specifier, context)
