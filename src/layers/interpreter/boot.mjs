/**
 * Starts worker.ts in a thread, which has no loader for TypeScript: a loader of its own would take two seconds and
 * 40 MB where this takes a tenth of one, in a process that is gone afterwards. Plain JavaScript for the same reason.
 */
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import { compileFunction } from "node:vm"
import { build, stop } from "esbuild"

const require = createRequire(import.meta.url)

const modulesOfEffect = Object.keys(require("effect/package.json").exports)
  .map((path) => path.slice("./".length))
  .filter((name) => /^[A-Z]\w*$/.test(name))

/**
 * Effect is loaded as it stands, which is quicker than taking it into the text; but of its modules only those that
 * are used, in a third of the time that all of them take.
 */
const partsOfEffect = {
  name: "parts of effect",
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^effect$/ }, ({ path }) => ({ path, namespace: "parts" }))
    onResolve({ filter: /^effect\// }, ({ path }) => ({ path, external: true, sideEffects: false }))
    onLoad({ filter: /^effect$/, namespace: "parts" }, () => ({
      contents: [
        ...modulesOfEffect.map((name) => `import * as ${name} from "effect/${name}"; export { ${name} }`),
        `export { flow, identity, pipe } from "effect/Function"`
      ].join("\n")
    }))
  }
}

const { outputFiles } = await build({
  // As an entry point, a path with an asterisk in it would be many.
  stdin: { contents: `import "./worker.ts"`, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
  bundle: true,
  plugins: [partsOfEffect],
  platform: "node",
  target: "node20",
  write: false,
  logLevel: "silent"
}).finally(stop)

compileFunction(outputFiles[0].text, ["require"], { filename: "worker.js" })(require)
