import { present } from "../base/assert.ts";
import { toHex } from "../base/bytes.ts";
import { GROUP_ZERO, type Slot } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import type { Step } from "../node/step.ts";
import type { Membership } from "../paxos/membership.ts";
import { Endpoint } from "../transport/endpoint.ts";
import type { TransportFactory } from "../transport/service.ts";
import { CallLog } from "./oracles/call-log.ts";
import { ClusterOracle } from "./oracles/cluster-oracle.ts";
import { Deliveries } from "./oracles/deliveries.ts";
import { History } from "./oracles/history.ts";
import { judgeCalls, judgeHistory } from "./oracles/judgement.ts";
import { SlotOracle } from "./oracles/slot-oracle.ts";
import { SnapshotOracle } from "./oracles/snapshot-oracle.ts";
import { demand, Violation, violatedBy } from "./oracles/violation.ts";
import { Trace, type TraceEvent } from "./trace.ts";
import { Clients } from "./workload/clients.ts";
import { LEASE_TTL_MS, TTL_MS } from "./workload/drawn-change.ts";
import { genesisOf, Member, withJoiners } from "./world/member.ts";
import { Nemesis } from "./world/nemesis.ts";
import { PlainTransport } from "./world/plain-transport.ts";
import { Scheduler } from "./world/scheduler.ts";
import { SeededRandom } from "./world/seeded-random.ts";
import { CALM, SimulatedNetwork } from "./world/simulated-network.ts";
import { drawPlan, type Fault, keepingOf, type RunSize, type SwarmPlan } from "./world/swarm-plan.ts";

/** Members are looked at this often. */
const INSPECT_EVERY_MS = 250;
/** Whether what is waited for has come is asked this often. */
const POLL_MS = 10;
/** Once the faults are over, a leader must serve, and everybody be answered, within this. */
const SERVICE_MS_MAX = 12_000;
/** For how long the clients go on as before, once the faults are over. */
const CALM_MS = 1000;
/** How long the clients may go on in the calm until enough requests are answered. */
const CATCH_UP_MS_MAX = 120_000;
/**
 * Once nobody asks any more, all that ends by itself has ended within this by the slowest clock, and within so much
 * more for its last slot.
 */
const LIFETIME_MS_MAX = Math.max(...TTL_MS, ...LEASE_TTL_MS);
const ENDING_MS_MAX = 1000;
/** And then all members must hold the same, on disk, too. */
const CONVERGENCE_MS_MAX = 30_000;

/** What an operator has the leader's lease be, and for how long at most it stays so. */
const LEADER_LEASES_MS = [0, 150, 250, 250, 250, 300] as const;
const LEASE_STAYS_MS_MAX = 8000;

/** By how much a leader's clock may go slower to follow its wall clock. */
const SLEW_MAX = 0.01;

/** A hello that was on its way while its sender was killed and started again is told from a copied disk by nobody. */
const STATE_LOST = /^the state is lost/;
const STALE_HELLO = /^refused: \S+ has started \d+ times before, this is an old copy of its disk: kvadm /;

const TRANSPORTS: Readonly<Record<SwarmPlan["transport"], TransportFactory>> = {
  packets: (options, deps) => new Endpoint(options, deps),
  plain: (options, deps) => new PlainTransport(options, deps),
};

/** What a run need not show when it is a small one. */
const NOTHING: Omit<RunSize, "faultsForMs"> = { virtualMsMin: 0, answersMin: 1, faultKindsMin: 0 };

export interface SimulationOptions extends Partial<RunSize> {
  readonly faultsForMs: number;
  readonly seed: number;
  readonly crypto: Crypto;
  /** Returns once no promise has anything left to do: after a turn of the real loop. */
  readonly settle: () => Promise<void>;
  /** Kinds of fault that the seed's plan is not to have. */
  readonly without?: readonly Fault[];
  readonly observer?: SimulationObserver;
}

/** Sees a run as it goes; must change nothing. Times are virtual ms. */
export interface SimulationObserver {
  /** Before anything happens: the names of the members, whose numbers are 1, 2, ... */
  readonly onBegin?: (members: readonly string[]) => void;
  readonly onEvent: (event: TraceEvent) => void;
  readonly onStep: (atMs: number, node: string, step: Step) => void;
}

/** What came of one seed. */
export interface SimulationResult {
  readonly seed: number;
  readonly plan: SwarmPlan;
  /** Over every event and every byte: two runs of one seed have the same. */
  readonly digest: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly slots: number;
  readonly acknowledgedWrites: number;
  readonly unknownWrites: number;
  readonly reads: number;
  /** Requests of every kind that got an answer. */
  readonly answered: number;
  /**
   * How often it came to what: `fault:` each kind of fault, `message:`, `request:` and `reply:` each kind
   * received, and the lines of the transcript by their kind.
   */
  readonly counts: ReadonlyMap<string, number>;
  /** The name of the rule that was broken; undefined when none was. */
  readonly violated: string | undefined;
  /** What was broken, with a transcript; undefined when nothing was. */
  readonly failure: string | undefined;
}

/** Runs one seed: a cluster, its clients and its misfortunes, and after them a time to recover in. */
export function simulate(options: SimulationOptions): Promise<SimulationResult> {
  return new Simulation(options).run();
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #size: RunSize;
  readonly #random: SeededRandom;
  readonly #plan: SwarmPlan;
  readonly #scheduler = new Scheduler();
  readonly #trace: Trace;
  readonly #network: SimulatedNetwork;
  readonly #slots: SlotOracle;
  readonly #cluster: ClusterOracle;
  readonly #deliveries: Deliveries;
  readonly #snapshots = new SnapshotOracle();
  readonly #history: History;
  readonly #calls = new CallLog();
  readonly #members: readonly Member[];
  readonly #clients: Clients;
  readonly #nemesis: Nemesis;
  /** When the faults were over. */
  #healedMs = 0;
  #failure: unknown;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
    this.#size = { ...NOTHING, ...options };
    const plan = drawPlan(this.#random.fork(), options.faultsForMs, options.without);
    this.#plan = plan;
    this.#trace = new Trace(options.crypto, () => this.#scheduler.nowMs, options.observer?.onEvent);
    const deps = { scheduler: this.#scheduler, random: this.#random.fork(), trace: this.#trace };
    this.#network = new SimulatedNetwork(deps, plan.weather);
    this.#history = new History(() => this.#scheduler.nowMs);
    this.#slots = new SlotOracle(options.crypto, () => this.#members.map(({ storage }) => storage.lastOwn));
    const genesis = genesisOf(plan.members, plan.isOneHost, plan.learners);
    const everybody = withJoiners(genesis, plan.joiners, plan.isOneHost);
    this.#deliveries = new Deliveries({
      crypto: options.crypto,
      nowMs: () => this.#scheduler.nowMs,
      members: everybody.members.map(({ address }) => address),
    });
    this.#members = this.#makeMembers(everybody, genesis);
    this.#cluster = this.#makeClusterOracle(genesis);
    this.#clients = this.#makeClients();
    this.#nemesis = new Nemesis({
      ...deps,
      random: this.#random.fork(),
      network: this.#network,
      plan,
      members: this.#members,
      clients: this.#clients.programs,
      handOver: (to) => this.#clients.handOver(to),
      stand: (member) => this.#clients.stand(member),
    });
  }

  async run(): Promise<SimulationResult> {
    try {
      this.#begin();
      await this.#runFor(this.#plan.faultsForMs, () => false);
      this.#heal();
      await this.#goOn();
      await this.#recover();
      await this.#outlive();
      await this.#converge();
      await this.#runFor(this.#size.virtualMsMin - this.#scheduler.nowMs, () => false);
      this.#judge();
    } catch (thrown) {
      this.#failure ??= thrown;
    }
    return this.#result();
  }

  #makeMembers(everybody: Membership, genesis: Membership): readonly Member[] {
    const { crypto } = this.#options;
    const clusterId = this.#random.bytes(32);
    return everybody.members.map(({ address }, index) => {
      const member = new Member(index, everybody, clusterId, {
        genesis,
        scheduler: this.#scheduler,
        network: this.#network,
        trace: this.#trace,
        crypto,
        oracle: this.#slots,
        random: this.#random.fork(),
        openTransport: this.#deliveries.tap(TRANSPORTS[this.#plan.transport], address),
        clockRate: this.#plan.clockRates[index] ?? 1,
        keeping: keepingOf(this.#plan),
        onDown: (down) => this.#nemesis.onDown(down),
        onCrash: () => {
          this.#cluster.onDeath(index);
          this.#deliveries.onDeath(address);
        },
        onStep: (name, step) => {
          this.#options.observer?.onStep(this.#scheduler.nowMs, name, step);
          this.#cluster.onStep(index, step);
          if (step.effects.notices.some(({ kind }) => kind === "membership-settled")) this.#dismiss();
        },
        fail: (error) => this.#fail(error),
      });
      member.storage.pace = this.#plan.pace;
      return member;
    });
  }

  /** Who is no member any more is needed by nobody: it may end, and some machines are gone at once. */
  #dismiss(): void {
    for (const member of this.#members) {
      if (member.isDismissed || !this.#cluster.isRemoved(member.id)) continue;
      this.#trace.add(member.name, "dismissed");
      this.#trace.count("change:removed");
      member.dismiss();
      if (this.#random.isLucky(0.5)) this.#scheduler.after(this.#random.below(300), () => member.scrap());
    }
  }

  #makeClusterOracle(genesis: Membership): ClusterOracle {
    return new ClusterOracle({
      genesis,
      names: this.#members.map(({ name }) => name),
      diskOf: (index) => present(this.#members[index], `there is a member ${index}`).storage.lastOwn,
      clockRates: this.#plan.clockRates,
      trueMs: () => this.#scheduler.nowMs,
      nowMs: () => this.#scheduler.nowMs + this.#leaptMs(),
      clocks: () => new Map(this.#members.map(({ name, host }) => [name, host.nowMs()])),
      onEnded: (ended) => {
        this.#trace.count("operation:ended");
        this.#calls.onEnded(ended);
      },
    });
  }

  /** By how much any clock may be ahead: of a leap on the slowest clock there is most. */
  #leaptMs(): number {
    const leaptMs = this.#members.reduce((sum, { host }) => sum + host.leaptMs, 0);
    return leaptMs / Math.min(...this.#plan.clockRates, 1);
  }

  #makeClients(): Clients {
    const { isOneHost, workload, transport } = this.#plan;
    return new Clients({
      scheduler: this.#scheduler,
      network: this.#network,
      random: this.#random.fork(),
      trace: this.#trace,
      crypto: this.#options.crypto,
      openTransport: TRANSPORTS[transport],
      listener: this.#cluster.clients,
      history: this.#history,
      snapshots: this.#snapshots,
      calls: this.#calls,
      watching: (prefix) => this.#cluster.watching(prefix),
      workload,
      members: this.#members.map(({ address }) => address),
      present: () => this.#remaining.map(({ address }) => address),
      isOneHost,
      fail: (error) => this.#fail(error),
    });
  }

  #begin(): void {
    this.#options.observer?.onBegin?.(this.#members.map(({ name }) => name));
    for (const member of this.#members) {
      this.#scheduler.after(this.#random.below(300), () => member.start());
    }
    if (this.#plan.faults.includes("drift")) this.#trace.count("fault:drift");
    this.#clients.start();
    this.#inspect();
    this.#nemesis.start();
    if (this.#plan.hasLeases) this.#setLease();
  }

  /** An operator turns leases on, off, and on again for another time, as long as there are faults. */
  #setLease(): void {
    this.#scheduler.after(this.#random.between(1000, LEASE_STAYS_MS_MAX), () => {
      if (this.#healedMs > 0) return;
      this.#clients.setLease(this.#random.pick(LEADER_LEASES_MS));
      this.#setLease();
    });
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
  }

  #inspect(): void {
    for (const member of this.#members) {
      const status = member.status();
      if (status === undefined) continue;
      this.#slots.onStatus(status);
      this.#cluster.onStatus(status);
    }
    this.#scheduler.after(INSPECT_EVERY_MS, () => this.#inspect());
  }

  async #runFor(ms: number, isDone: () => boolean): Promise<void> {
    const untilMs = this.#scheduler.nowMs + ms;
    for (let atMs = this.#scheduler.nowMs; atMs < untilMs && !isDone(); ) {
      atMs = Math.min(untilMs, atMs + POLL_MS);
      await this.#scheduler.run(atMs, this.#options.settle, () => this.#failure !== undefined);
      if (this.#failure !== undefined) throw this.#failure;
    }
  }

  #heal(): void {
    this.#healedMs = this.#scheduler.nowMs;
    this.#trace.add("lab", "heal");
    this.#network.weather = CALM;
    this.#nemesis.heal();
  }

  /** The clients find the cluster healed, and go on until a run has as many answers as it must. */
  async #goOn(): Promise<void> {
    const { answersMin } = this.#size;
    await this.#runFor(CALM_MS, () => false);
    this.#clients.hurry();
    await this.#runFor(CATCH_UP_MS_MAX, () => this.#clients.answered >= answersMin);
  }

  /** Whoever asked is answered, and whoever asks now is served. */
  async #recover(): Promise<void> {
    const clients = this.#clients;
    clients.stop();
    await this.#runFor(SERVICE_MS_MAX, () => clients.outstanding === 0);
    demand(
      clients.outstanding === 0,
      "I42 everybody is answered",
      () => `${clients.outstanding} wait for ever`,
    );
    clients.confirmService();
    await this.#runFor(SERVICE_MS_MAX, () => clients.outstanding === 0);
    demand(
      clients.outstanding === 0,
      "I42 a healed cluster serves",
      () => `${clients.outstanding} got no service`,
    );
    const leaders = (): number => this.#members.filter((member) => member.isServing).length;
    await this.#runFor(SERVICE_MS_MAX, () => leaders() === 1);
    demand(leaders() === 1, "I42 one leader serves", () => `${leaders()} do`);
    clients.readAll();
    await this.#runFor(10 * SERVICE_MS_MAX, () => clients.outstanding === 0);
    demand(clients.outstanding === 0, "I42 every key can be read", () => "the reads do not end");
  }

  /** Nothing is kept longer than it is to live, in an idle cluster either (I25). */
  async #outlive(): Promise<void> {
    const rateMin = Math.min(...this.#plan.clockRates) * (1 - SLEW_MAX);
    await this.#runFor(LIFETIME_MS_MAX / rateMin + ENDING_MS_MAX, () => this.#cluster.hasEnded);
    await this.#runFor(SERVICE_MS_MAX, () => this.#clients.areToldAll);
    demand(this.#clients.areToldAll, "I42 watchers are told of everything", () => "somebody watches in vain");
    demand(this.#cluster.hasEnded, "I25 what has a time ends", () => "something stays in an idle cluster");
  }

  /** All members come to hold on disk what they have learned by now, and the same. */
  async #converge(): Promise<void> {
    // A leader has changes forgotten for a while yet: the states need not be at the very end at once.
    const target = Math.max(...this.#remaining.map((member) => member.status()?.chosen ?? 1));
    await this.#runFor(CONVERGENCE_MS_MAX, () => this.#isConverged(target));
    demand(this.#isConverged(target), "I42 all members reach one state", () =>
      this.#members
        .map((member) => {
          const status = member.status();
          return `${member.name} ${status?.role} ${status?.stateDurable}/${status?.applied}/${status?.chosen}, ${status?.damaged} damaged`;
        })
        .join("; "),
    );
    const texts = new Map<Slot, string>();
    for (const { name, disk } of this.#remaining) {
      const state = disk.state(GROUP_ZERO);
      const text = stateText(state);
      const known = texts.get(state.watermark) ?? text;
      demand(known === text, "I3 equal states on disk", () => `${name} has another at ${state.watermark}`);
      texts.set(state.watermark, known);
    }
  }

  /** The members that have not ended for good. */
  get #remaining(): readonly Member[] {
    return this.#members.filter(({ id, isLost, isDismissed }) => {
      return !isLost && !isDismissed && this.#cluster.hasJoined(id);
    });
  }

  /** `target`: every slot below is to be in the states on disk. */
  #isConverged(target: number): boolean {
    // A member whose disk was replaced is to notice it first.
    if (this.#remaining.some(({ storage }) => storage.isReplaced)) return false;
    const all = this.#remaining.map((member) => member.status());
    const first = all[0];
    return all.every(
      (status) =>
        status !== undefined &&
        first !== undefined &&
        status.damaged === 0 &&
        status.applied === status.chosen &&
        status.chosen === first.chosen &&
        status.stateDurable >= target,
    );
  }

  /** What can be told only from the whole history. */
  #judge(): void {
    judgeHistory(this.#history, () => this.#trace.count("oracle:gave-up"));
    judgeCalls(this.#calls.calls, () => this.#trace.count("oracle:gave-up"));
    this.#snapshots.finish(this.#history);
    this.#cluster.finish();
    this.#deliveries.finish(this.#healedMs);
    const { acknowledgedWrites } = this.#history.counts;
    demand(acknowledgedWrites > 0 && this.#slots.learned > 0, "something was chosen", () => "nothing was");
    this.#judgeItself();
    for (const member of this.#members) {
      const alarm = [...member.alarms].find(
        (text) =>
          !STALE_HELLO.test(text) &&
          !this.#isAboutReplaced(text) &&
          !(member.storage.isStateDamaged && STATE_LOST.test(text)),
      );
      demand(alarm === undefined, "no alarm", () => `${member.name}: ${alarm}`);
    }
  }

  /** A member that comes with another disk is reported by those who refuse it. */
  #isAboutReplaced(alarm: string): boolean {
    return this.#members.some(({ name, storage }) => storage.isReplaced && alarm.includes(name));
  }

  /** A run in which too little happened proves nothing: that is the lab's own failure. */
  #judgeItself(): void {
    const { answersMin, faultKindsMin } = this.#size;
    const { answered } = this.#clients;
    demand(answered >= answersMin, "the lab gets enough done", () => `${answered} answers`);
    const kinds = [...this.#trace.counts.keys()].filter((name) => name.startsWith("fault:"));
    demand(kinds.length >= faultKindsMin, "the lab makes enough go wrong", () => kinds.join(" "));
  }

  #result(): SimulationResult {
    return {
      seed: this.#options.seed,
      plan: this.#plan,
      digest: this.#trace.digest,
      events: this.#scheduler.executed,
      virtualMs: this.#scheduler.nowMs,
      slots: this.#slots.learned,
      ...this.#history.counts,
      answered: this.#clients.answered,
      counts: this.#trace.counts,
      violated: this.#failure === undefined ? undefined : violatedBy(this.#failure),
      failure: this.#failure === undefined ? undefined : this.#report(this.#failure),
    };
  }

  #report(failure: unknown): string {
    // Where a rule stands in the lab tells nobody anything.
    const isRule = failure instanceof Violation;
    const text = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
    const what = failure instanceof Error && !isRule ? (failure.stack ?? text) : text;
    const at = this.#scheduler.nowMs.toFixed(3);
    const plan = JSON.stringify(this.#plan);
    return [`seed ${this.#options.seed}, at ${at} ms: ${what}`, plan, ...this.#trace.lines].join("\n");
  }
}

function stateText(state: ReturnType<Member["disk"]["state"]>): string {
  const keys = state.keys.map(([key, record]) => [toHex(key), toHex(record.value), { ...record, value: 0 }]);
  const executed = [...state.executed].sort(([left], [right]) => left - right);
  const leases = [...state.leases].sort(([left], [right]) => left - right);
  const expiries = [...state.expiries].sort(([left], [right]) => (left < right ? -1 : 1));
  const principals = [...state.principals].sort(([left], [right]) => (left < right ? -1 : 1));
  const all = [state.watermark, state.meta, keys, leases, expiries, principals, executed];
  return JSON.stringify(all, (_, value: unknown) => plainOf(value));
}

/** Bytes as text, and fields in one order: rows that went through a snapshot were made anew. */
function plainOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
