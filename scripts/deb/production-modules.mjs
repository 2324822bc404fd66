import { cpSync, existsSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";

/** What a package brings that no program reads: sources of what is built, types, maps, texts, tests. */
const UNREAD_FILE =
  /\.(?:md|markdown|map|[cm]?ts|c|cc|cpp|h|gyp|gypi|yml|sh|html|tsbuildinfo)$|^\.|^rollup\.config\.js$/i;
const UNREAD_FOLDER = /^(?:tests?|benchmarks?|bench|examples?|docs|docsify|fixtures|integration|scripts)$/;
/** Binaries for systems with another C library than Debian's. */
const FOREIGN_BINARY = /\.musl\.node$/;
/** Read by compilers alone, though lmdb asks for it at run time. */
const BUILD_ONLY = new Set(["node_modules/node-addon-api"]);
/** Parts of lmdb that are compiled into its binary, and what makes them. */
const LMDB_SOURCES = /^node_modules\/lmdb\/(?:dependencies|src)$/;
/** Not read by any program, but owed to its authors. */
const LICENSE = /^(?:licen[cs]e|notice|copying)/i;

/**
 * What the lock file wants at run time and the installation has,, by the path to it.
 * Throws when something is missing that is not for another platform.
 */
export function productionModules(root) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== "" && dev !== true && !BUILD_ONLY.has(path))
    .filter(([path, { optional }]) => {
      const isThere = existsSync(join(root, path, "package.json"));
      if (!isThere && optional !== true) throw new Error(`${path} is not installed: npm ci`);
      return isThere;
    })
    .map(([path, { version, license }]) => ({ path, version, license }));
}

/** Copies what is read at run time of one of them. */
export function copyModule(root, path, target) {
  cpSync(join(root, path), join(target, path), {
    recursive: true,
    dereference: true,
    filter: (from) => isRead(path, relative(root, from)),
  });
}

function isRead(path, at) {
  if (at === path || LICENSE.test(basename(at))) return true;
  const inner = relative(path, at).split("/");
  // Nested packages are in the lock file on their own; those of development stay behind.
  if (inner[0] === "node_modules" || LMDB_SOURCES.test(at)) return false;
  if (FOREIGN_BINARY.test(at)) return false;
  return !UNREAD_FILE.test(basename(at)) && !(inner.length === 1 && UNREAD_FOLDER.test(basename(at)));
}
