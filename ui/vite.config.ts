import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { pdfjsData } from "./vite/pdfjs-data.ts";

export default defineConfig(({ mode, command }) => ({
  plugins: [react(), tailwindcss(), pdfjsData()],
  define: {
    // The mock backend and its samples are part of `npm run dev` and of the build for tests, never of the program.
    __MOCK__: JSON.stringify(mode === "mock" || (command === "serve" && mode !== "production")),
  },
  server: { port: 1420, strictPort: true, fs: { allow: [".."] } },
  preview: {
    port: 4173,
    strictPort: true,
    // The policy of the window, so that the tests in a browser fail on what it would refuse.
    headers: {
      "Content-Security-Policy":
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'",
    },
  },
  build: {
    target: ["es2022", "safari16"],
    // Everything is a file of its own: a policy without inline scripts and `data:` sources holds.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    // What the first picture needs comes as one file: each file is a call through the window's thread.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] } } },
  },
  test: { include: ["tests/**/*.test.{ts,tsx}"], environment: "node" },
}));
