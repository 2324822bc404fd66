import type { DiskPace } from "./member-disk.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { Weather } from "./simulated-network.ts";

/** What can be done to disks. */
export const DISK_FAULTS = [
  "slow-disk",
  "stuck-disk",
  "hanging-disk",
  "failing-write",
  "full-disk",
  "damage",
  "damage-state",
  "torn-rows",
  "last-holder",
  "old-copy",
  "wiped-disk",
] as const;
export type DiskFault = (typeof DISK_FAULTS)[number];

/** What one or two disks hold alone nobody can bring back. */
const NEED_THREE: ReadonlySet<Fault> = new Set<Fault>([
  "damage",
  "damage-state",
  "torn-rows",
  "last-holder",
  "old-copy",
  "wiped-disk",
]);
/** A member that is lost for good suffers nothing else: most seeds keep all of theirs. */
const FINAL: ReadonlySet<Fault> = new Set<Fault>(["old-copy", "wiped-disk"]);
const FINAL_CHANCE = 0.3;

/** Everything that can be done to a cluster on purpose. */
export const FAULTS = [
  "kill",
  "kill-leader",
  "kill-majority",
  "kill-all",
  "crash-point",
  "stop",
  "pause",
  "pause-leader",
  "pause-client",
  "partition",
  "one-way",
  "isolate-leader",
  "bridge",
  "cut-clients",
  "slow-path",
  "wall-jump",
  "hand-over",
  ...DISK_FAULTS,
] as const;
export type Fault = (typeof FAULTS)[number];

/** What one seed's world is like. Times in ms of virtual time. */
export interface SwarmPlan {
  readonly members: number;
  readonly isOneHost: boolean;
  /** Whether messages travel in real packets, or each as one datagram of its own. */
  readonly transport: "packets" | "plain";
  readonly clients: number;
  readonly workersPerClient: number;
  readonly thinkMsMax: number;
  readonly weather: Weather;
  readonly pace: DiskPace;
  readonly faults: readonly Fault[];
  /** Mean time between two faults. */
  readonly faultEveryMs: number;
  /** How far a fault's own duration may go. */
  readonly faultMsMax: number;
  readonly faultsForMs: number;
  /** Of each member's monotonic clock. */
  readonly clockRates: readonly number[];
}

const PACKETS_CHANCE = 0.25;

/** Draws a world: a random subset of the faults, each at a random rate. */
export function drawPlan(random: SeededRandom, faultsForMs: number): SwarmPlan {
  const members = random.pick([3, 3, 3, 3, 3, 5, 5, 1, 2, 4, 7]);
  const share = random.pick([0.15, 0.3, 0.5, 0.8]);
  // The last is far outside of what is promised for leases; everything else must stand it.
  const driftMax = random.pick([0, 0.0001, 0.005, 0.05, 0.4]);
  const transport = random.isLucky(PACKETS_CHANCE) ? "packets" : "plain";
  return {
    members,
    isOneHost: random.isLucky(0.5),
    transport,
    clients: random.between(1, 4),
    workersPerClient: random.pick([1, 2, 4, 8]),
    thinkMsMax: random.pick([5, 30, 100]),
    weather: drawWeather(random, transport),
    pace: random.pick<DiskPace>([
      [0.02, 0.2],
      [0.1, 2],
      [1, 20],
      [5, 60],
    ]),
    faults: drawFaults(random, members, share),
    faultEveryMs: random.pick([150, 400, 800, 2000]),
    faultMsMax: random.pick([300, 1500, 4000]),
    faultsForMs,
    clockRates: Array.from({ length: members }, () => 1 + (2 * random.fraction() - 1) * driftMax),
  };
}

function drawFaults(random: SeededRandom, members: number, share: number): readonly Fault[] {
  return FAULTS.filter((fault) => random.isLucky(FINAL.has(fault) ? share * FINAL_CHANCE : share)).filter(
    (fault) => members > 2 || !NEED_THREE.has(fault),
  );
}

function drawWeather(random: SeededRandom, transport: SwarmPlan["transport"]): Weather {
  const max = random.pick([0.3, 1, 5, 30]);
  return {
    lossChance: random.pick([0, 0, 0.01, 0.05, 0.2]),
    duplicateChance: random.pick([0, 0, 0.05, 0.3]),
    // Only real packets bear a checksum.
    garbleChance: transport === "packets" ? random.pick([0, 0, 0.001, 0.02]) : 0,
    delayMs: [0.05, max],
    straggleChance: random.pick([0, 0, 0.01, 0.1, 0.3]),
    straggleMsMax: random.pick([50, 500, 3000]),
  };
}
