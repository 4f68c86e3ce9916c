import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // SQLite, HTTP servers and child processes share two cores: more workers only add timing noise.
    // Two hundred files need no two hundred copies of the same modules: nothing here is changed globally.
    isolate: false,
    maxWorkers: 2,
    minWorkers: 1,
    typecheck: { enabled: false }
  }
})
