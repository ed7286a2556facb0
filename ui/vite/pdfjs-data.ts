// Character maps and fonts that pdf.js reads by name at run time: without them Chinese PDFs whose fonts are not embedded
// stay blank. They are served beside the bundle, never fetched from elsewhere.

import { cpSync, createReadStream, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { Plugin } from "vite";

const root = dirname(createRequire(import.meta.url).resolve("pdfjs-dist/package.json"));
const folders = ["cmaps", "standard_fonts", "wasm"];

export function pdfjsData(): Plugin {
  let outDir = "dist";
  return {
    name: "pdfjs-data",
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    configureServer(server) {
      server.middlewares.use("/pdfjs", (request, response, next) => {
        const path = join(root, decodeURIComponent((request.url ?? "").split("?")[0] ?? ""));
        if (!path.startsWith(root) || !existsSync(path)) return next();
        createReadStream(path).pipe(response);
      });
    },
    closeBundle() {
      for (const folder of folders) {
        cpSync(join(root, folder), join(outDir, "pdfjs", folder), {
          recursive: true,
          // The compiled decoders would need `wasm-unsafe-eval`; the one in JavaScript is enough.
          filter: (from) => !from.endsWith(".wasm"),
        });
      }
    },
  };
}
