import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // #runtime-backend is the source's, not a build's.
  ssr: { resolve: { conditions: ["learning-law-source", ...defaultServerConditions] } },
  test: {
    include: ["src/**/*.test.ts"],
    globalSetup: ["src/testing/package-under-test.ts"],
    setupFiles: ["src/testing/seed-properties.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A second, the default, is short on a machine that does other things too.
    expect: { poll: { timeout: 20_000 } },
    pool: "forks",
    // Most tests wait for a process or for the engines of one thread: on two cores one worker leaves one of them idle.
    maxWorkers: 2,
  },
});
