import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Slot } from "../../src/base/ids.ts";
import type { Address } from "../../src/base/seams.ts";
import type { Client } from "../../src/client/client.ts";
import { openClient } from "../../src/client/open.ts";
import type { DevCluster } from "../../src/dev/cluster.ts";
import type { Operation, Violation } from "../../src/lab/oracles/history.ts";
import { History, historyLines } from "../../src/lab/oracles/history.ts";
import { checkKey } from "../../src/lab/oracles/key-checker.ts";
import { decodeTagged } from "../../src/lab/workload/stored-value.ts";
import type { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import type { NodeStatus } from "../../src/wire/client-messages.ts";
import { NodeCaller } from "./node-caller.ts";
import { ReplicaAgreement } from "./replica-agreement.ts";
import { chooseVictims, planRound, type RoundPlan } from "./round-plan.ts";
import { type StoreCounts, type StoreFault, StoreHistory, storeLines } from "./store/history.ts";
import { StoreWorkload } from "./store/workload.ts";
import { Workload } from "./workload.ts";

/** From the moment a majority is up: an election and a recovery, on a machine that may do many other things. */
const SERVICE_BACK_MS_MAX = 30_000;
/** After the load, every replica has what the others have within this. */
const CONVERGE_MS_MAX = 30_000;
const POLL_MS = 10;
/** How often the replicas are compared. */
const WATCH_MS = 50;

export interface TortureOptions {
  readonly rounds: number;
  /** Each with keys of its own, which it puts, deletes and gets. */
  readonly clients: number;
  /** Who ask for everything there is, of keys that they share. */
  readonly storeClients: number;
  readonly thinkMsMax: number;
}

export interface TortureSummary {
  readonly rounds: number;
  readonly acknowledgedWrites: number;
  readonly unknownWrites: number;
  readonly reads: number;
  readonly keys: number;
  readonly store: StoreCounts;
  /** Groups of shared keys whose every answer was explained. */
  readonly groups: number;
  /** Ms from the moment when a majority was up to the first write that began later and was acknowledged. */
  readonly serviceBackMs: readonly number[];
  readonly violation: Violation | undefined;
}

/**
 * Kills and pauses nodes under load, round after round, and checks what the clients were told. Ends at the first
 * round that shows a broken promise.
 */
export class Torture {
  readonly history: History;
  readonly #storeHistory = new StoreHistory();
  readonly #cluster: DevCluster;
  readonly #names: readonly string[];
  readonly #options: TortureOptions;
  readonly #random: SeededRandom;
  readonly #report: (line: string) => void;
  readonly #serviceBackMs: number[] = [];
  readonly #agreement = new ReplicaAgreement();
  #divergence: Violation | undefined;
  #isWatching = false;

  constructor(
    cluster: DevCluster,
    options: TortureOptions,
    deps: { readonly random: SeededRandom; readonly report: (line: string) => void },
  ) {
    const startMs = performance.now();
    this.history = new History(() => performance.now() - startMs);
    this.#cluster = cluster;
    this.#names = cluster.list().map(({ id }) => id);
    this.#options = options;
    this.#random = deps.random;
    this.#report = deps.report;
  }

  async run(): Promise<TortureSummary> {
    const endpoints = this.#cluster.addresses();
    const { clients, storeClients, thinkMsMax } = this.#options;
    const workload = await Workload.open(
      { endpoints, clients, thinkMsMax },
      this.history,
      this.#random.fork(),
    );
    const store = await StoreWorkload.open(
      { endpoints, clients: storeClients, thinkMsMax },
      this.#storeHistory,
      this.#random.fork(),
    );
    const observer = await openClient({ endpoints });
    this.#isWatching = true;
    const watching = this.#watchReplicas(observer);
    const stop = async (): Promise<void> => void (await Promise.all([workload.stop(), store.stop()]));
    try {
      workload.start();
      store.start();
      const midway = await this.#rounds(workload, store, observer);
      await stop();
      const violation = midway ?? (await this.#finalCheck(workload, store, observer));
      return this.#summary(violation, store.checked);
    } finally {
      await stop();
      this.#isWatching = false;
      await watching;
      workload.close();
      store.close();
      observer.close();
    }
  }

  /** What was asked of the keys that a violation is about, and answered, a line per request. */
  linesOf({ key }: Violation): readonly string[] {
    const shared = storeLines(this.#storeHistory.of(key));
    return shared.length > 0 ? shared : historyLines(this.history.of(key));
  }

  async #rounds(workload: Workload, store: StoreWorkload, observer: Client): Promise<Violation | undefined> {
    const plans = this.#random.fork();
    const first = await this.#waitForService(this.history.order);
    if (first === undefined) return serviceMissing("at the start");
    for (let round = 1; round <= this.#options.rounds; round++) {
      const before = this.history.counts;
      const told = await this.#round(plans, observer);
      if (typeof told !== "string") return told;
      const after = this.history.counts;
      const delta = (name: keyof typeof after): number => after[name] - before[name];
      this.#report(
        `round ${round}: ${told}; ${delta("acknowledgedWrites")} writes, ${delta("unknownWrites")} unknown, ${delta("reads")} reads`,
      );
      const violation = this.#check(workload.keys.takeRetired()) ?? asViolation(store.checkRetired());
      if (violation !== undefined) return violation;
    }
    return undefined;
  }

  /** One round; a line about it, or what went wrong. */
  async #round(random: SeededRandom, observer: Client): Promise<string | Violation> {
    const names = this.#names;
    const plan = planRound(random);
    await sleep(plan.loadMs);
    const leader = await this.#leader(observer);
    const victims = chooseVictims(plan.kind, { names, leader }, random);
    const ended = this.#endedByItself();
    if (ended !== undefined) return ended;
    if (plan.kind === "pause") return this.#pause(plan, leader);
    await this.#kill(victims, plan.killGapMs);
    const quorum = Math.floor(names.length / 2) + 1;
    let up = names.length - victims.length;
    let backMs: number | undefined;
    const awaitService = async (): Promise<void> => {
      backMs = await this.#waitForService(this.history.order);
    };
    if (up >= quorum) await awaitService();
    await sleep(plan.downMs);
    for (const victim of victims) {
      this.#cluster.start(victim);
      up += 1;
      if (up === quorum) await awaitService();
      await sleep(plan.restartGapMs);
    }
    const killed = victims.map((victim) => (victim === leader ? `${victim} (leader)` : victim)).join(", ");
    const endedSince = this.#endedByItself();
    if (endedSince !== undefined) return endedSince;
    if (backMs === undefined) return serviceMissing(`after ${killed} had been killed`);
    this.#serviceBackMs.push(backMs);
    return `${killed} killed; back after ${Math.round(backMs)} ms`;
  }

  /** The leader stands still until the others have gone on without it, and then some. */
  async #pause(plan: RoundPlan, leader: string): Promise<string | Violation> {
    this.#cluster.pause(leader);
    const backMs = await this.#waitForService(this.history.order);
    await sleep(plan.downMs);
    this.#cluster.resume(leader);
    if (backMs === undefined) return serviceMissing(`after ${leader} had been paused`);
    this.#serviceBackMs.push(backMs);
    return this.#endedByItself() ?? `${leader} (leader) paused; back after ${Math.round(backMs)} ms`;
  }

  async #watchReplicas(observer: Client): Promise<void> {
    while (this.#isWatching) {
      for (const status of await this.#statuses(observer)) {
        const contradiction = status && this.#agreement.contradiction(status);
        if (contradiction !== undefined) this.#divergence ??= { key: "", message: contradiction };
      }
      await sleep(WATCH_MS);
    }
  }

  async #kill(victims: readonly string[], gapMs: number): Promise<void> {
    const gone: Promise<void>[] = [];
    for (const victim of victims) {
      gone.push(this.#cluster.kill(victim));
      if (gapMs > 0) await sleep(gapMs);
    }
    await Promise.all(gone);
  }

  /** A node that nobody killed runs. */
  #endedByItself(): Violation | undefined {
    const ended = this.#cluster.list().find(({ state }) => state !== "running");
    if (ended === undefined) return undefined;
    const lastLine = readFileSync(ended.log, "utf8").trimEnd().split("\n").at(-1);
    return { key: "", message: `${ended.id} ended by itself: ${lastLine ?? "it left no log"}` };
  }

  /** Ms until a write that was invoked after the moment `since` is acknowledged; undefined when none is. */
  async #waitForService(since: number): Promise<number | undefined> {
    const startMs = performance.now();
    while (this.history.lastAcknowledgedInvoked <= since) {
      if (performance.now() - startMs > SERVICE_BACK_MS_MAX) return undefined;
      await sleep(POLL_MS);
    }
    return performance.now() - startMs;
  }

  async #leader(observer: Client): Promise<string> {
    for (const status of await this.#statuses(observer)) {
      if (status?.role === "leader" && status.serving) return status.name;
    }
    return this.#names[0] as string;
  }

  #statuses(observer: Client): Promise<readonly (NodeStatus | undefined)[]> {
    const ask = (endpoint: Address): Promise<NodeStatus | undefined> =>
      observer.status(endpoint, { timeoutMs: 1_000 }).catch(() => undefined);
    return Promise.all(this.#cluster.addresses().map(ask));
  }

  #check(keys: Iterable<string>): Violation | undefined {
    const known = this.history.violations[0] ?? this.#divergence;
    if (known !== undefined) return known;
    for (const key of keys) {
      const verdict = checkKey(this.history.of(key));
      if (verdict.kind === "impossible") {
        return {
          key,
          message: `${describe(verdict.operation)}; possible were ${JSON.stringify(verdict.states)}`,
        };
      }
    }
    return undefined;
  }

  async #finalCheck(
    workload: Workload,
    store: StoreWorkload,
    observer: Client,
  ): Promise<Violation | undefined> {
    await workload.readAll(this.history.keys());
    const unread = [...this.history.keys()].find(
      (key) => this.history.of(key).at(-1)?.outcome.kind !== "read",
    );
    if (unread !== undefined) return { key: unread, message: "could not be read after the last round" };
    return (
      this.#check(this.history.keys()) ??
      asViolation(await store.finalCheck()) ??
      (await this.#difference(observer)) ??
      (await this.#replicaFault())
    );
  }

  /** Waits until all nodes are alike: the same slots applied, with the same digest over them. */
  async #difference(observer: Client): Promise<Violation | undefined> {
    const startMs = performance.now();
    for (;;) {
      const statuses = await this.#statuses(observer);
      const alike = new Set(
        statuses.map((status) => status && `${status.applied} ${status.digest} ${status.revision}`),
      );
      if (alike.size === 1 && !alike.has(undefined)) return undefined;
      if (performance.now() - startMs > CONVERGE_MS_MAX) {
        return { key: "", message: `the replicas did not become alike: ${[...alike].join(" | ")}` };
      }
      await sleep(100);
    }
  }

  /** Compares what each replica holds with what the last read of each key saw. */
  async #replicaFault(): Promise<Violation | undefined> {
    for (const [index, endpoint] of this.#cluster.addresses().entries()) {
      const caller = await NodeCaller.open(endpoint);
      try {
        const records = await caller.allRecords(0 as Slot, SERVICE_BACK_MS_MAX);
        for (const key of this.history.keys()) {
          const last = this.history.of(key).at(-1);
          const expected = last?.outcome.kind === "read" ? last.outcome.record : undefined;
          const record = records.get(key)?.record;
          const found = record && `${decodeTagged(record.value)} ${record.version} ${record.modRevision}`;
          if (found === (expected && `${expected.tag} ${expected.version} ${expected.modRevision}`)) continue;
          const name = this.#names[index];
          return {
            key,
            message: `${name} holds ${found ?? "nothing"}, read was ${expected?.tag ?? "nothing"}`,
          };
        }
      } finally {
        caller.close();
      }
    }
    return undefined;
  }

  #summary(violation: Violation | undefined, groups: number): TortureSummary {
    const keys = [...this.history.keys()].length;
    const rounds = this.#serviceBackMs.length;
    const store = this.#storeHistory.counts;
    return {
      ...this.history.counts,
      rounds,
      keys,
      store,
      groups,
      serviceBackMs: this.#serviceBackMs,
      violation,
    };
  }
}

function asViolation(fault: StoreFault | undefined): Violation | undefined {
  return fault && { key: fault.group, message: fault.message };
}

function serviceMissing(when: string): Violation {
  return { key: "", message: `no write was acknowledged for ${SERVICE_BACK_MS_MAX} ms ${when}` };
}

function describe({ client, action, outcome, invoked, returned }: Operation): string {
  const what = action.kind === "put" ? `put ${action.tag}` : action.kind;
  return `${client}'s ${what} over [${invoked}, ${returned}] cannot have answered ${JSON.stringify(outcome)}`;
}
