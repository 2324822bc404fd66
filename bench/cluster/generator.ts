import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Address } from "../../src/base/seams.ts";
import { formatEndpoint } from "../../src/client/endpoint-text.ts";
import type { LoadLine } from "./attach.ts";
import type { Load } from "./plan.ts";
import { machineCpuUs, usageOf } from "./process-usage.ts";

const PROGRAM = fileURLToPath(new URL("./main.js", import.meta.url));

/** One measured window, and what it cost. CPU time in microseconds. */
export interface Window {
  readonly line: LoadLine;
  readonly serverCpuUs: number;
  readonly clientCpuUs: number;
  /** Of everything else on the machine: noise. */
  readonly otherCpuUs: number;
  readonly bytesWritten: number;
}

interface Sample {
  readonly servers: ReturnType<typeof usageOf>;
  readonly clientCpuUs: number;
  readonly machineCpuUs: number;
}

/** The cluster under load: where it listens and which processes to account for. */
export interface Servers {
  readonly endpoints: readonly Address[];
  readonly pids: readonly number[];
}

/**
 * Runs one load from a process of its own, so that the generator's work is not taken for the servers'.
 * Throws when the generator ends without a result.
 */
export async function measure(load: Load, servers: Servers): Promise<Window> {
  const child = spawn(
    process.execPath,
    [
      PROGRAM,
      ...["--attach", servers.endpoints.map(formatEndpoint).join(",")],
      ...["--ops", load.op],
      ...["--outstanding", String(load.outstanding)],
      ...["--seconds", String(load.seconds)],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const { pid } = child;
  if (pid === undefined) throw new Error("the load generator did not start");
  const sample = (): Sample => ({
    servers: usageOf(servers.pids),
    clientCpuUs: usageOf([pid]).cpuUs,
    machineCpuUs: machineCpuUs(),
  });
  let first: Sample | undefined;
  let last: Sample | undefined;
  let line: LoadLine | undefined;
  for await (const text of createInterface({ input: child.stdout })) {
    if (text === "START") first = sample();
    else if (text === "END") last = sample();
    else if (text.startsWith("{")) line = JSON.parse(text) as LoadLine;
  }
  if (first === undefined || last === undefined || line === undefined) {
    throw new Error(`the load generator gave no result for ${load.op} at ${load.outstanding} outstanding`);
  }
  const serverCpuUs = last.servers.cpuUs - first.servers.cpuUs;
  const clientCpuUs = last.clientCpuUs - first.clientCpuUs;
  const allCpuUs = last.machineCpuUs - first.machineCpuUs;
  const otherCpuUs = Math.max(0, allCpuUs - serverCpuUs - clientCpuUs);
  const bytesWritten = last.servers.bytesWritten - first.servers.bytesWritten;
  return { line, serverCpuUs, clientCpuUs, otherCpuUs, bytesWritten };
}
