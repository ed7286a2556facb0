// Fails when what the window loads is over its budget, compressed. pdf.js's worker and its data (character maps, fonts)
// are counted apart: they are read only when a PDF is opened, and their size is pdf.js's own. With `--row`, one row of a table in Markdown.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";

const budgetKb = 900;
const dist = new URL("../dist", import.meta.url).pathname;

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

let window = 0;
let pdf = 0;
const rows = [];
for (const file of files) {
  const size = gzipSync(readFileSync(file), { level: 9 }).length;
  const name = relative(dist, file);
  if (name.startsWith("pdfjs/") || /pdf\.worker/.test(name)) pdf += size;
  else {
    window += size;
    rows.push([name, size]);
  }
}
if (process.argv.includes("--row")) {
  const share = (window / (budgetKb * 1000)).toFixed(2);
  console.log(
    `| the pages, compressed, without pdf.js's worker and data | ≤ ${budgetKb} kB | ${Math.round(window / 1000)} kB (${share} of it) |`,
  );
  process.exit(0);
}
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
rows.sort((a, b) => b[1] - a[1]);
for (const [name, size] of rows.slice(0, 8)) console.log(kb(size).padStart(10), name);
console.log(`the window: ${kb(window)} of ${budgetKb} kB; pdf.js's worker and data: ${kb(pdf)}`);
if (window > budgetKb * 1000) {
  console.error(`over the budget by ${kb(window - budgetKb * 1000)}`);
  process.exit(1);
}
