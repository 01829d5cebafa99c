// Fail when a layer of src/ imports one that it may not, or when a folder holds too many modules.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

const SRC = join(dirname(fileURLToPath(import.meta.url)), "src");
const MOST_MODULES = 12;
const MAY_IMPORT = {
  kit: [],
  calendar: ["kit"],
  booking: ["kit"],
  appointment: ["kit", "calendar", "booking"],
  pages: ["kit", "calendar", "booking", "appointment"],
};
const IMPORT = /\b(?:from|import)\s*\(?\s*["'](\.[^"']*)["']/g;

/** Return the layer of a path relative to src/: its first folder. */
function getLayer(path) {
  return path.split("/")[0];
}

function listImports(module) {
  const text = readFileSync(join(SRC, module), "utf8");
  return [...text.matchAll(IMPORT)].map(([, target]) => posix.join(posix.dirname(module), target));
}

function checkImports(module) {
  const layer = getLayer(module);
  if (!Object.hasOwn(MAY_IMPORT, layer)) return [`${module}: is in no layer`];
  const allowed = [layer, ...MAY_IMPORT[layer]];
  const refused = listImports(module).filter((target) => !allowed.includes(getLayer(target)));
  return refused.map((target) => `${module}: ${layer} must not import ${target}`);
}

function checkSizes(modules) {
  const sizes = new Map();
  for (const folder of modules.map(posix.dirname)) sizes.set(folder, (sizes.get(folder) ?? 0) + 1);
  const full = [...sizes].filter(([, size]) => size > MOST_MODULES);
  return full.map(([folder, size]) => `${folder}: ${size} modules, at most ${MOST_MODULES}`);
}

const files = readdirSync(SRC, { recursive: true }).map((path) => path.replaceAll("\\", "/"));
const modules = files.filter((path) => path.endsWith(".ts"));
const errors = [...modules.flatMap(checkImports), ...checkSizes(modules)];
if (!modules.length) errors.push("src: no modules found");
for (const error of errors) console.error(error);
process.exit(errors.length ? 1 : 0);
