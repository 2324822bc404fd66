import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const KIB = 1024;
const BLOCK_BYTES = 512;

/** What one daemon uses at one moment; sizes in bytes. */
export interface NodeSample {
  readonly rss: number;
  /** The part of it that is not pages of files, which the kernel takes back when it needs them. */
  readonly anonymous: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly descriptors: number;
  readonly logFile: number;
  readonly stateFile: number;
  readonly snapshotFile: number;
  /** In use within those files. */
  readonly logUsed: number;
  readonly stateUsed: number;
  readonly keys: number;
  readonly applied: number;
  readonly ballotRound: number;
  /** Of the event loop, since it was asked before: the delay that one turn in a hundred exceeds. */
  readonly loopDelayP99Ms: number;
}

/** Throws when the process is gone or its HTTP interface does not answer. */
export async function sampleNode(node: {
  readonly pid: number;
  readonly url: string;
  readonly dir: string;
}): Promise<NodeSample> {
  const response = await fetch(`${node.url}/metrics`, { signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  const figure = (name: string): number => metricIn(text, name);
  const status = readFileSync(`/proc/${node.pid}/status`, "latin1");
  return {
    rss: statusBytes(status, "VmRSS"),
    anonymous: statusBytes(status, "RssAnon"),
    heapUsed: figure("nodejs_heap_size_used_bytes"),
    external: figure("nodejs_external_memory_bytes"),
    descriptors: readdirSync(`/proc/${node.pid}/fd`).length,
    ...filesOf(node.dir),
    logUsed: figure("kvd_log_bytes"),
    stateUsed: figure("kvd_state_bytes"),
    keys: figure("kvd_keys"),
    applied: figure("kvd_applied_slot"),
    ballotRound: figure("kvd_ballot_round"),
    loopDelayP99Ms: figure("nodejs_eventloop_lag_p99_seconds") * 1_000,
  };
}

/** Of a metric without labels; NaN when it is not there. */
export function metricIn(text: string, name: string): number {
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  return line === undefined ? Number.NaN : Number(line.slice(name.length + 1));
}

/** Of /proc/PID/status, which counts in KiB. Source: proc(5). */
export function statusBytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? Number.NaN) * KIB;
}

/** What the disk gives to each part of a data directory. */
export function filesOf(dir: string): Pick<NodeSample, "logFile" | "stateFile" | "snapshotFile"> {
  const sums = { logFile: 0, stateFile: 0, snapshotFile: 0 };
  for (const name of readdirSync(dir)) {
    const bytes = allocatedBytes(join(dir, name));
    if (name.startsWith("log")) sums.logFile += bytes;
    else if (name.startsWith("state-")) sums.stateFile += bytes;
    else if (name.startsWith("snapshot-")) sums.snapshotFile += bytes;
  }
  return sums;
}

/** Files come and go while they are counted. */
function allocatedBytes(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.blocks * BLOCK_BYTES;
  let names: readonly string[] = [];
  try {
    names = readdirSync(path);
  } catch {
    return 0;
  }
  return names.reduce((sum, name) => sum + allocatedBytes(join(path, name)), 0);
}
