import { execFile } from "node:child_process";
import { readFileSync, statfsSync } from "node:fs";
import {
  arch,
  availableParallelism,
  freemem,
  hostname,
  loadavg,
  release,
  totalmem,
  type,
  uptime,
} from "node:os";
import { sourceRevision } from "./source-revision.ts";
import { VERSION } from "./version.ts";

const SYSCTLS = [
  "net.core.rmem_max",
  "net.core.wmem_max",
  "net.core.rmem_default",
  "net.core.netdev_max_backlog",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.udp_mem",
  "vm.swappiness",
  "vm.dirty_ratio",
  "vm.overcommit_memory",
  "kernel.pid_max",
];
const JOURNAL_LINES = 2_000;
const JOURNAL_MS_MAX = 10_000;
const JOURNAL_BYTES_MAX = 16 * 1024 * 1024;

/** What the host is that this program runs on: `NAME: VALUE` lines. */
export function hostFacts(directory: string): string {
  const { bsize, blocks, bavail, type: fileSystem } = statfsSync(directory);
  const facts: readonly (readonly [string, string])[] = [
    ["kvd", `${VERSION}, ${sourceRevision()}`],
    ["node", `${process.version} (${process.execPath})`],
    ["system", `${type()} ${release()} ${arch()}`],
    ["distribution", /^PRETTY_NAME="?([^"\n]*)/m.exec(fileText("/etc/os-release"))?.[1] ?? "unknown"],
    ["host", hostname()],
    ["processors", `${availableParallelism()}`],
    [
      "load",
      loadavg()
        .map((load) => load.toFixed(2))
        .join(" "),
    ],
    ["memory", `${totalmem()} bytes, ${freemem()} free`],
    ["up", `${Math.floor(uptime())} s`],
    ["clock", new Date().toISOString()],
    [
      "disk",
      `${directory}: ${bsize * blocks} bytes, ${bsize * bavail} free, file system ${fileSystem.toString(16)}`,
    ],
    ...SYSCTLS.map((name) => [name, fileText(`/proc/sys/${name.replaceAll(".", "/")}`).trim()] as const),
  ];
  return facts.map(([name, value]) => `${name}: ${value}\n`).join("");
}

/** The last lines of the journal of all kvd services; rejects when it cannot be read. */
export function journalTail(): Promise<string> {
  const units = ["-u", "kvd.service", "-u", "kvd@*.service"];
  const args = [...units, "-n", `${JOURNAL_LINES}`, "--no-pager", "-q", "-o", "short-iso"];
  const options = { timeout: JOURNAL_MS_MAX, maxBuffer: JOURNAL_BYTES_MAX };
  return new Promise((resolve, reject) => {
    execFile("journalctl", args, options, (error, stdout, stderr) => {
      if (error !== null) return reject(new Error(stderr.trim() || error.message));
      if (stdout === "")
        return reject(new Error("the journal has nothing of kvd, or may not be read by this user"));
      resolve(stdout);
    });
  });
}

function fileText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "unknown";
  }
}
