// Makes build/kvd_VERSION_ARCHITECTURE.deb from what was built and installed here: `npm run package:deb`.
// The same commit, Node modules and dpkg give the same bytes. `--revision N` (default 1) ends the version.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { copyModule, productionModules } from "./production-modules.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const STAGE = join(ROOT, "build", "deb");
const { values } = parseArgs({ options: { revision: { type: "string", default: "1" } } });
const PACKAGE = JSON.parse(fs.readFileSync(join(ROOT, "package.json"), "utf8"));
const VERSION = `${PACKAGE.version}-${values.revision}`;
const ARCHITECTURE = { x64: "amd64", arm64: "arm64" }[process.arch];
const PROGRAMS = Object.keys(PACKAGE.bin);
const MAINTAINER = "The kvd authors <kvd@kvd.invalid>";
const UNITS = ["kvd.service", "kvd@.service"];

const epoch = Number(process.env.SOURCE_DATE_EPOCH ?? git("log", "-1", "--format=%ct"));

function git(...words) {
  return execFileSync("git", words, { cwd: ROOT, encoding: "utf8" }).trim();
}

const source = (path) => fs.readFileSync(join(ROOT, path));

/** Writes one file of the package. */
function put(path, content, mode = 0o644) {
  const to = join(STAGE, path);
  fs.mkdirSync(dirname(to), { recursive: true });
  fs.writeFileSync(to, content);
  fs.chmodSync(to, mode);
}

const zipped = (content) => gzipSync(content, { level: 9 });

function putPrograms() {
  put("usr/lib/kvd/launch", source("scripts/deb/launch"), 0o755);
  fs.mkdirSync(join(STAGE, "usr/bin"), { recursive: true });
  for (const program of PROGRAMS) {
    put(`usr/lib/kvd/bin/${program}`, source(`bin/${program}`), 0o755);
    fs.symlinkSync("../lib/kvd/launch", join(STAGE, "usr/bin", program));
  }
  for (const file of ["not-built.js", "package.json"]) put(`usr/lib/kvd/bin/${file}`, source(`bin/${file}`));
  const { name, version, type, exports } = PACKAGE;
  put("usr/lib/kvd/package.json", `${JSON.stringify({ name, version, type, exports }, undefined, 2)}\n`);
  fs.cpSync(join(ROOT, "build/src"), join(STAGE, "usr/lib/kvd/build/src"), {
    recursive: true,
    filter: (from) => !from.endsWith(".map"),
  });
}

/** Copies the modules that run; gives them with their licences. */
function putModules() {
  const modules = productionModules(ROOT);
  for (const { path } of modules) copyModule(ROOT, path, join(STAGE, "usr/lib/kvd"));
  return modules;
}

function putService() {
  for (const unit of UNITS) {
    put(`usr/lib/systemd/system/${unit}`, source(`systemd/${unit}`));
    put(`usr/lib/systemd/system/${unit}.d/back-off.conf`, source("systemd/back-off.conf"));
  }
  put("usr/lib/sysusers.d/kvd.conf", source("systemd/kvd.sysusers"));
  put("usr/lib/tmpfiles.d/kvd.conf", source("systemd/kvd.tmpfiles"));
  put("etc/kvd/kvd.yaml", source("conf/kvd.yaml"));
  put("etc/default/kvd", source("scripts/deb/default"));
  put("usr/share/lintian/overrides/kvd", source("scripts/deb/lintian-overrides"));
}

function putHelp() {
  for (const page of PACKAGE.man) {
    const name = basename(page);
    put(`usr/share/man/man${name.at(-1)}/${name}.gz`, zipped(source(page)));
  }
  for (const program of PROGRAMS) {
    const completion = (shell) =>
      execFileSync(process.execPath, [join(ROOT, "bin", program), "completion", shell], { encoding: "utf8" });
    put(`usr/share/bash-completion/completions/${program}`, completion("bash"));
    // zsh loads the file as the function itself, which then has to do its work.
    const zsh = `#compdef ${program}\n${completion("zsh")}_${program} "$@"\n`;
    put(`usr/share/zsh/vendor-completions/_${program}`, zsh);
    put(`usr/share/fish/vendor_completions.d/${program}.fish`, completion("fish"));
  }
  for (const name of fs.readdirSync(join(ROOT, "docs")))
    put(`usr/share/doc/kvd/${name}`, source(`docs/${name}`));
  put("usr/share/doc/kvd/README.md", source("README.md"));
  put("usr/share/doc/kvd/changelog.gz", zipped(source("CHANGELOG.md")));
  const date = new Date(epoch * 1000).toUTCString().replace("GMT", "+0000");
  const entry = `kvd (${VERSION}) unstable; urgency=medium\n\n  * See changelog.gz.\n\n -- ${MAINTAINER}  ${date}\n`;
  put("usr/share/doc/kvd/changelog.Debian.gz", zipped(entry));
}

function putCopyright(modules) {
  const rows = modules.map(({ path, version, license }) => `  ${path} ${version}: ${license}`);
  const notes = [
    "kvd is under this licence:",
    source("LICENSE").toString().trimEnd(),
    "Below /usr/lib/kvd lie these packages of others, each with its licence's text beside it:",
    rows.join("\n"),
    "The text of the Apache License 2.0 is also in /usr/share/common-licenses/Apache-2.0.",
  ];
  put("usr/share/doc/kvd/copyright", `${notes.join("\n\n")}\n`);
}

function entries(at = STAGE) {
  return fs
    .readdirSync(at, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(at, entry.name);
      return entry.isDirectory() ? [path, ...entries(path)] : [path];
    })
    .sort();
}

/** Every program starts from what is packed, and the HTTP server finds what it loads late. */
async function tryPrograms() {
  for (const program of PROGRAMS) {
    const words = [join(STAGE, "usr/lib/kvd/bin", program), "--version"];
    const version = execFileSync(process.execPath, words, { encoding: "utf8" });
    if (!version.includes(PACKAGE.version)) throw new Error(`${program} --version says ${version}`);
  }
  const load = async (path) => (await import(join(STAGE, "usr/lib/kvd/node_modules", path))).default;
  const server = (await load("fastify/fastify.js"))();
  await server.register(await load("@fastify/swagger/index.js"));
  await server.register(await load("@fastify/swagger-ui/index.js"), { routePrefix: "/docs" });
  const { statusCode } = await server.inject("/docs/");
  if (statusCode !== 200) throw new Error(`the page of the HTTP interface answers ${statusCode}`);
  await server.close();
}

/** Modes and times that do not depend on who builds, and when. */
function settle() {
  for (const path of [STAGE, ...entries()]) {
    const stat = fs.lstatSync(path);
    // What `put` made says itself whether it is a program; in the modules of others nothing is.
    const isProgram = (stat.mode & 0o100) !== 0 && !path.includes("/node_modules/");
    if (!stat.isSymbolicLink()) fs.chmodSync(path, stat.isDirectory() || isProgram ? 0o755 : 0o644);
    fs.lutimesSync(path, epoch, epoch);
  }
}

function putControl() {
  const files = entries().filter((path) => fs.lstatSync(path).isFile());
  const kib = files.reduce((sum, path) => sum + Math.ceil(fs.lstatSync(path).size / 1024), 0);
  const fields = {
    Package: "kvd",
    Version: VERSION,
    Architecture: ARCHITECTURE,
    Maintainer: MAINTAINER,
    "Installed-Size": kib,
    // The symbols that lmdb's binary asks for.
    Depends: "nodejs (>= 20.19), libc6 (>= 2.34), libstdc++6 (>= 11), systemd (>= 252)",
    Section: "database",
    Priority: "optional",
    Description:
      "replicated, strongly consistent key-value store\n" +
      " One node of a cluster that keeps configuration, locks, leases and other small\n" +
      " data by Multi-Paxos, its client for the shell and its tools for operators.",
  };
  const text = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
  const sum = (path) => createHash("md5").update(fs.readFileSync(path)).digest("hex");
  put("DEBIAN/control", text.join(""));
  put("DEBIAN/conffiles", "/etc/default/kvd\n/etc/kvd/kvd.yaml\n");
  put("DEBIAN/md5sums", files.map((path) => `${sum(path)}  ${relative(STAGE, path)}\n`).join(""));
  for (const script of ["postinst", "prerm", "postrm"])
    put(`DEBIAN/${script}`, source(`scripts/deb/${script}`), 0o755);
}

if (ARCHITECTURE === undefined) throw new Error(`there is no package for ${process.arch}`);
fs.rmSync(STAGE, { recursive: true, force: true });
putPrograms();
const modules = putModules();
putService();
putHelp();
putCopyright(modules);
putControl();
await tryPrograms();
settle();
const target = join(ROOT, "build", `kvd_${VERSION}_${ARCHITECTURE}.deb`);
execFileSync("dpkg-deb", ["--root-owner-group", "-Zxz", "--build", STAGE, target], {
  env: { ...process.env, SOURCE_DATE_EPOCH: `${epoch}` },
  stdio: ["ignore", "ignore", "inherit"],
});
fs.rmSync(STAGE, { recursive: true });
process.stdout.write(`${relative(process.cwd(), target)}\n`);
