import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const system = "/usr/bin/chromium";

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  timeout: 60_000,
  // One at a time: the tests of large libraries measure how long the page is blocked.
  workers: 1,
  fullyParallel: true,
  // A machine that is busy with something else may be late once.
  retries: process.env.CI ? 2 : 0,
  reporter: [["list"]],
  use: {
    baseURL: "http://localhost:4173",
    viewport: { width: 1366, height: 768 },
    launchOptions: {
      executablePath: existsSync(system) ? system : undefined,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    },
  },
  webServer: {
    command: "npx vite preview --mode mock --outDir dist-mock",
    url: "http://localhost:4173",
    // One that is left from another build would be tested instead of this one.
    reuseExistingServer: false,
  },
});
