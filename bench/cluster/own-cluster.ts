import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { DevCluster } from "../../src/dev/cluster.ts";
import { SystemClock } from "../../src/io/system-clock.ts";
import { type Cell, cellOf } from "./cell.ts";
import { type Floor, measureFloor } from "./floor.ts";
import { measure, type Servers, type Window } from "./generator.ts";
import type { ClusterPlan, Load } from "./plan.ts";
import { cellTable, floorTable } from "./table.ts";

const NODES = 3;
/** Every op runs this long unrecorded first, so that no cell pays for the compiler's warm-up. */
const PREWARM_SECONDS_MAX = 4;
const PREWARM_OUTSTANDING = 64;

/** Starts three nodes in a temporary directory, runs every cell, prints the result and removes it all. */
export async function runOnCluster(plan: ClusterPlan): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "kvd-bench-"));
  try {
    const floor = await measureFloor(directory, new SystemClock());
    const nodesDirectory = join(directory, "nodes");
    const cluster = await startNodes(nodesDirectory);
    try {
      const servers = { endpoints: cluster.addresses(), pids: cluster.pids() };
      await prewarm(plan, servers);
      report(plan, floor, await measureCells(plan, servers));
    } finally {
      await cluster.down();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Leaves no process behind when the cluster does not come up. */
async function startNodes(directory: string): Promise<DevCluster> {
  try {
    return await DevCluster.up({ dir: directory, nodes: NODES });
  } catch (error) {
    if (existsSync(directory)) await DevCluster.open({ dir: directory }).down();
    throw error;
  }
}

async function prewarm(plan: ClusterPlan, servers: Servers): Promise<void> {
  const seconds = Math.min(PREWARM_SECONDS_MAX, plan.seconds);
  for (const op of plan.ops) await measure({ op, outstanding: PREWARM_OUTSTANDING, seconds }, servers);
}

/** Round by round, not cell by cell: what slows the machine for a minute then touches every cell alike. */
async function measureCells(plan: ClusterPlan, servers: Servers): Promise<readonly Cell[]> {
  const { ops, outstanding: counts, seconds, rounds } = plan;
  const loads = ops.flatMap((op) => counts.map((outstanding): Load => ({ op, outstanding, seconds })));
  const windows = new Map<Load, Window[]>(loads.map((load) => [load, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const load of loads) {
      const window = await measure(load, servers);
      windows.get(load)?.push(window);
      const rate = Math.round(window.line.tput);
      console.error(`round ${round} of ${rounds}: ${load.op} at ${load.outstanding}: ${rate} ops/s`);
    }
  }
  return [...windows.values()].map(cellOf);
}

function report(plan: ClusterPlan, floor: Floor, cells: readonly Cell[]): void {
  if (plan.json) {
    const floorUs = {
      floorUdpRoundTripUs: floor.udpRoundTrip.p50Us,
      floorFdatasyncUs: floor.fdatasync.p50Us,
      floorLmdbCommitUs: floor.lmdbCommit.p50Us,
    };
    for (const cell of cells) console.log(JSON.stringify({ ...cell, ...floorUs }));
    return;
  }
  const machine = `${cpus().length} cores of ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`;
  const shape = `${plan.rounds} windows of ${plan.seconds} s per cell, medians`;
  console.log(`${NODES} nodes and the load generator on one machine (${machine}); ${shape}.\n`);
  console.log(`${cellTable(cells)}\n\n${floorTable(floor)}`);
}
