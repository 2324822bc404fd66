import type { NodeOptions } from "../../node/node.ts";
import { CHANGE_KINDS } from "../workload/drawn-change.ts";
import type { Workload } from "../workload/workload.ts";
import type { DiskPace } from "./member-disk.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { Weather } from "./simulated-network.ts";

/** What holds all the time. */
export const CONDITIONS = [
  "loss", // datagrams are lost
  "duplicate", // datagrams arrive twice
  "garble", // a bit of a datagram flips; in real packets alone, which bear a checksum
  "straggle", // datagrams come after what was sent later
  "drift", // monotonic clocks run fast or slow
] as const;

/** What is done to the network. */
export const NETWORK_FAULTS = [
  "partition", // two sides, nothing passes
  "one-way", // two sides, one of them is not heard
  "isolate-leader", // the leader alone, or with some of the clients
  "bridge", // two sides that one member reaches both of
  "cut-clients", // each client misses a member
  "slow-path", // one direction of one path takes up to two seconds longer
  "clog", // one direction of one path holds everything back, then delivers all of it at once
  "flap", // one path is down and up and down again
] as const;
export type NetworkFault = (typeof NETWORK_FAULTS)[number];

/** What is done to disks. */
export const DISK_FAULTS = [
  "slow-disk", // commits take up to a third of a second
  "stuck-disk", // commits take seconds, but not long enough to be given up
  "hanging-disk", // commits take longer than any process waits for its disk
  "failing-write", // a commit fails
  "full-disk", // every commit fails for a while
  "damage", // a record of the log fails its checks
  "damage-state", // a record of the state fails its checks
  "torn-rows", // a crash leaves a part of a commit
  "last-holder", // what a bare quorum holds is lost by one of it, and the rest of it is cut off
  "old-copy", // a disk is put back as it was some time ago
  "wiped-disk", // an empty disk stands in a member's place
] as const;
export type DiskFault = (typeof DISK_FAULTS)[number];

/** Everything that can be done to a cluster on purpose. */
export const FAULTS = [
  ...CONDITIONS,
  ...NETWORK_FAULTS,
  ...DISK_FAULTS,
  "kill", // a member's process is killed
  "kill-leader", // the leader's
  "kill-majority", // those of a bare majority at once
  "kill-all", // those of all members at once
  "absence", // a member is killed, and gone for so long that the others forget what it lacks
  "restart-storm", // a member is killed again and again, soon after each start
  "crash-point", // a process is killed at a named point of its own code
  "stop", // a process is asked to end
  "pause", // a process stands still, clocks go on
  "pause-leader", // the leader's
  "suspend", // a machine stands still, its monotonic clock with it
  "leap", // a machine stands still, and its monotonic clock leaps even further
  "silent-acceptor", // nothing that a member's acceptor says is heard, all else is
  "pause-client", // a client program stands still
  "kill-client", // a client program is killed, and another started
  "wall-jump", // a wall clock jumps, by a minute up to years
  "hand-over", // an operator asks the leader to hand over
  "change-members", // a node joins, a learner gets its vote, or a member is removed
] as const;
export type Fault = (typeof FAULTS)[number];
/** Of those the ones that happen now and then. */
export type Incident = Exclude<Fault, (typeof CONDITIONS)[number]>;

/** A seed has as many kinds of incident at least: not every one can happen in every run. */
const INCIDENTS_MIN = 5;
const PACKETS_CHANCE = 0.25;
/** What needs somebody else among the members. */
const NEED_TWO: ReadonlySet<Fault> = new Set<Fault>([
  "isolate-leader",
  "bridge",
  "silent-acceptor",
  "hand-over",
  "change-members",
]);
/** What one or two disks hold alone nobody can bring back. */
const NEED_THREE: ReadonlySet<Fault> = new Set<Fault>([
  "absence",
  "damage",
  "damage-state",
  "torn-rows",
  "last-holder",
  "old-copy",
  "wiped-disk",
]);
/** A member that is lost for good suffers nothing else: most seeds keep all of theirs. */
export const FINAL: ReadonlySet<Fault> = new Set<Fault>(["old-copy", "wiped-disk"]);
const FINAL_CHANCE = 0.3;
/** In so many seeds the members change. */
const CHANGE_CHANCE = 0.25;
const JOINERS_MAX = 3;

/** How large a run is, and what has to have happened in it for it to prove anything. */
export interface RunSize {
  /** How long faults go on, in virtual time. */
  readonly faultsForMs: number;
  /** And the whole run, at least. */
  readonly virtualMsMin: number;
  /** The clients go on in the calm until so many requests have been answered. */
  readonly answersMin: number;
  /** Kinds of fault that really occurred. */
  readonly faultKindsMin: number;
}

/** What one seed is to be. */
export const FULL_RUN: RunSize = {
  // Recovery, the end of everything that has a time to live, and convergence take about twelve seconds more.
  faultsForMs: 48_000,
  virtualMsMin: 60_000,
  answersMin: 1000,
  faultKindsMin: 3,
};

/** What one seed's world is like. Times in ms of virtual time. */
export interface SwarmPlan {
  readonly members: number;
  /** How many of them, the last ones, have no vote at first. */
  readonly learners: number;
  /** Nodes that are no members at first, and may join. */
  readonly joiners: number;
  readonly isOneHost: boolean;
  /** Whether messages travel in real packets, or each as one datagram of its own. */
  readonly transport: "packets" | "plain";
  readonly workload: Workload;
  readonly weather: Weather;
  readonly pace: DiskPace;
  readonly faults: readonly Fault[];
  /** How often each incident is chosen, in relation to the others. */
  readonly weights: Readonly<Partial<Record<Incident, number>>>;
  /** Mean time between two incidents. */
  readonly faultEveryMs: number;
  /** How far a fault's own duration may go. */
  readonly faultMsMax: number;
  /** After so long a time with incidents comes one without new ones. */
  readonly spellMs: number;
  readonly restMs: number;
  readonly faultsForMs: number;
  /** Of each member's monotonic clock, and then of each that may join. */
  readonly clockRates: readonly number[];
  /** Slots of its log that a member keeps for others. */
  readonly tailSlots: number;
  /** A member makes a snapshot every so many slots. */
  readonly snapshotSlots: number;
  /** Whether an operator turns the leader's lease on, off and on again. */
  readonly hasLeases: boolean;
}

/** What of the past the members keep. */
export function keepingOf({
  tailSlots,
  snapshotSlots,
}: SwarmPlan): Pick<NodeOptions, "tail" | "snapshotPeriod"> {
  const bytes = Number.POSITIVE_INFINITY;
  return { tail: { slots: tailSlots, bytes }, snapshotPeriod: { slots: snapshotSlots, bytes } };
}

/** A monotonic clock that stood still, or leapt, is none that leases could rest on. */
const CLOCKS_WRONG: readonly Fault[] = ["suspend", "leap"];
const LEASE_DRIFT_MAX = 0.005;

/** Draws a world: a random subset of the faults, each at a random rate. */
export function drawPlan(
  random: SeededRandom,
  faultsForMs: number,
  without: readonly Fault[] = [],
): SwarmPlan {
  const members = random.pick([3, 3, 3, 3, 3, 3, 3, 5, 5, 5, 1, 2, 4, 6, 7]);
  const transport = random.isLucky(PACKETS_CHANCE) ? "packets" : "plain";
  // All that is drawn is drawn before anything is left out: the rest of the world stays as it is.
  const drawn = drawFaults(random, members, transport);
  const faults = drawn.filter((fault) => !without.includes(fault));
  const learners = faults.includes("change-members") ? random.below(Math.min(4, members - 1)) : 0;
  // The last is far outside of what is promised for leases; everything else must stand it.
  const driftMax = random.pick([0.0001, 0.005, 0.05, 0.4]);
  const areClocksTrue = !CLOCKS_WRONG.some((fault) => faults.includes(fault));
  const drawRates = (count: number): readonly number[] => {
    const rates = Array.from({ length: count }, () => 1 + (2 * random.fraction() - 1) * driftMax);
    return rates.map((rate) => (faults.includes("drift") ? rate : 1));
  };
  const rates = drawRates(members);
  const plan: Omit<SwarmPlan, "joiners" | "clockRates"> = {
    members,
    learners,
    isOneHost: random.isLucky(0.5),
    transport,
    workload: drawWorkload(random),
    weather: drawWeather(random, faults),
    pace: random.pick<DiskPace>([
      [0.02, 0.2],
      [0.1, 2],
      [1, 20],
      [5, 60],
    ]),
    faults,
    weights: Object.fromEntries(drawn.filter(isIncident).map((fault) => [fault, random.pick([1, 1, 2, 5])])),
    faultEveryMs: random.pick([500, 1000, 2000, 4000]),
    faultMsMax: random.pick([300, 1000, 3000]),
    spellMs: random.pick([2000, 5000, 10_000]),
    restMs: random.pick([1000, 2000, 4000]),
    faultsForMs,
    tailSlots: random.pick([5, 50, 50, 10_000]),
    snapshotSlots: random.pick([100, 400, 100_000]),
    hasLeases: areClocksTrue && (!faults.includes("drift") || driftMax <= LEASE_DRIFT_MAX),
  };
  const joiners = faults.includes("change-members") ? random.below(JOINERS_MAX + 1) : 0;
  return { ...plan, joiners, clockRates: [...rates, ...drawRates(joiners)] };
}

export function isIncident(fault: Fault): fault is Incident {
  return !(CONDITIONS as readonly Fault[]).includes(fault);
}

function drawFaults(
  random: SeededRandom,
  members: number,
  transport: SwarmPlan["transport"],
): readonly Fault[] {
  const possible = FAULTS.filter(
    (fault) =>
      (fault !== "garble" || transport === "packets") &&
      (members > 1 || !NEED_TWO.has(fault)) &&
      (members > 2 || !NEED_THREE.has(fault)),
  );
  const share = random.pick([0.15, 0.3, 0.5, 0.8]);
  const chanceOf = (fault: Fault): number => {
    if (fault === "change-members") return CHANGE_CHANCE;
    return FINAL.has(fault) ? share * FINAL_CHANCE : share;
  };
  const drawn = new Set(possible.filter((fault) => random.isLucky(chanceOf(fault))));
  // Where the members become fewer, those that are left may be all that hold something.
  const isShrinking = drawn.has("change-members");
  if (isShrinking) for (const fault of NEED_THREE) drawn.delete(fault);
  const canBeAdded = (fault: Fault): boolean =>
    fault !== "change-members" && !FINAL.has(fault) && !(isShrinking && NEED_THREE.has(fault));
  const rest = possible.filter((fault) => isIncident(fault) && canBeAdded(fault) && !drawn.has(fault));
  for (let count = [...drawn].filter(isIncident).length; count < INCIDENTS_MIN; count++) {
    const [fault] = rest.splice(random.below(rest.length), 1);
    if (fault !== undefined) drawn.add(fault);
  }
  return FAULTS.filter((fault) => drawn.has(fault));
}

function drawWorkload(random: SeededRandom): Workload {
  const hotKeys = random.pick([0, 0, 1, 3]);
  return {
    clients: random.between(1, 3),
    workersPerClient: random.pick([1, 2, 4, 6]),
    ratePerSecond: random.pick([20, 25, 30]),
    readShare: random.pick([0.3, 0.5, 0.5, 0.7]),
    hotKeys,
    watchers: random.pick([0, 1, 1, 3]),
    mixedChance: random.pick([0.1, 0.3, 0.6]),
    mix: drawMix(random),
    hotShare: hotKeys === 0 ? 0 : random.pick([0.2, 0.5, 0.9]),
    largeChance: random.pick([0, 0, 0, 0.002]),
    burstChance: random.pick([0, 0.1, 0.5]),
    impatientChance: random.pick([0, 0.05, 0.2]),
  };
}

/** In how many forms each kind comes, and how much of it there is to go wrong. */
const COMMONNESS: Workload["mix"] = {
  put: 3,
  delete: 1,
  "delete-range": 1,
  "put-all": 1,
  modify: 5,
  txn: 3,
  touch: 1,
  "lease-grant": 1,
  "lease-keep-alive": 1,
  "lease-revoke": 0.5,
  principal: 0.5,
  compact: 0.2,
};

/** Some seeds do much of one thing and hardly any of another. */
function drawMix(random: SeededRandom): Workload["mix"] {
  const drawn = CHANGE_KINDS.map((kind) => [kind, COMMONNESS[kind] * random.pick([0.3, 1, 1, 3])] as const);
  return Object.fromEntries(drawn) as Workload["mix"];
}

function drawWeather(random: SeededRandom, faults: readonly Fault[]): Weather {
  const max = random.pick([0.3, 0.3, 1, 5, 20]);
  const chance = (fault: Fault, ...chances: readonly number[]): number => {
    const drawn = random.pick(chances);
    return faults.includes(fault) ? drawn : 0;
  };
  return {
    lossChance: chance("loss", 0.005, 0.02, 0.1),
    duplicateChance: chance("duplicate", 0.02, 0.2),
    garbleChance: chance("garble", 0.001, 0.02),
    delayMs: [0.05, max],
    straggleChance: chance("straggle", 0.01, 0.05, 0.2),
    straggleMsMax: random.pick([50, 500, 3000]),
  };
}
