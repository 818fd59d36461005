// Fills public/vendor with what the pages load from third parties, so that a browser never asks anybody but our own server:
// the chart library, the typeface, and one SVG sprite with the icons named in icons.txt. Each with its licence beside it.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const style = dirname(fileURLToPath(import.meta.url));
const modules = join(style, "node_modules");
const vendor = join(style, "public", "vendor");
const stamp = join(modules, ".assets-stamp");

const icons = "lucide-static/icons";
const copies = {
  "echarts.common.min.js": "echarts/dist/echarts.common.min.js",
  "echarts.LICENSE.txt": "echarts/LICENSE",
  "echarts.NOTICE.txt": "echarts/NOTICE",
  "inter-latin-wght-normal.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  "inter-latin-ext-wght-normal.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
  "inter.LICENSE.txt": "@fontsource-variable/inter/LICENSE",
  "icons.LICENSE.txt": "lucide-static/LICENSE",
};
const sprite = "icons.svg";

const inputs = ["assets.mjs", "icons.txt", "package-lock.json"].map((name) => readFileSync(join(style, name)));
const fingerprint = createHash("sha256").update(Buffer.concat(inputs)).digest("hex");
const complete = [...Object.keys(copies), sprite].every((name) => existsSync(join(vendor, name)));
if (complete && existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint) {
  console.log("assets are up to date, skipped");
  process.exit(0);
}

const names = readFileSync(join(style, "icons.txt"), "utf8")
  .split("\n")
  .flatMap((line) => line.replace(/#.*/, "").split(/\s+/))
  .filter(Boolean);
const unknown = names.filter((name) => !existsSync(join(modules, icons, `${name}.svg`)));
if (unknown.length > 0) {
  console.error(`icons.txt: not in the Lucide set: ${unknown.join(", ")}`);
  process.exit(1);
}

function symbol(name) {
  const shapes = readFileSync(join(modules, icons, `${name}.svg`), "utf8")
    .replace(/^[\s\S]*?<svg[\s\S]*?>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/\s*\n\s*/g, "");
  // The stroke is set here and not by the page: `currentColor` follows the text around the icon.
  return (
    `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
    `stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`
  );
}

rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });
for (const [name, source] of Object.entries(copies)) {
  cpSync(join(modules, source), join(vendor, name));
}
const symbols = [...new Set(names)].sort().map(symbol);
writeFileSync(join(vendor, sprite), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
writeFileSync(stamp, fingerprint);
console.log(`copied charts and typeface, built a sprite of ${symbols.length} icons`);
