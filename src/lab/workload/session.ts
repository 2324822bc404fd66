import type { Address } from "../../base/seams.ts";
import { HotWork } from "./hot-work.ts";
import { asRefusal } from "./insistence.ts";
import { Program, type ProgramDeps } from "./program.ts";
import { Reads } from "./reads.ts";
import { Watcher } from "./watcher.ts";
import { Writes } from "./writes.ts";

/** After the faults: whoever has to wait longer than this for an answer has been forgotten. */
const FINAL_PATIENCE_MS = 10_000;
const CONFIRM_ATTEMPTS = 2;
const CONFIRM_PAUSE_MS = 1000;
/** Reads of all keys go out so many at once. */
const READS_AT_ONCE = 16;
/** By how much shorter a hurried worker's pauses are. */
const HURRY = 5;
const OWN_KEY_CHANCE = 0.4;
const ECHO_CHANCE = 0.03;
/** How often a change of everybody's keys has another beside it. */
const PAIR_CHANCE = 0.3;

/** One client program at work: several workers that share a real client, and everything they were answered. */
export class Session {
  readonly #program: Program;
  readonly #reads: Reads;
  readonly #writes: Writes;
  readonly #hotWork: HotWork;
  #isStopping = false;
  #isHurried = false;

  /** Within a turn of the host's process. */
  constructor(deps: ProgramDeps) {
    this.#program = new Program(deps);
    this.#reads = new Reads(this.#program);
    this.#writes = new Writes(this.#program);
    this.#hotWork = new HotWork(this.#program);
  }

  /** Whether an event of this process may be an answer that somebody waits for. */
  get isWaiting(): boolean {
    return this.#program.isWaiting;
  }

  /** From now on its workers hardly rest. */
  hurry(): void {
    this.#isHurried = true;
  }

  stop(): void {
    this.#isStopping = true;
  }

  /** The process was killed. */
  abandon(): void {
    this.#isStopping = true;
    this.#program.abandon();
  }

  /** Ends with the request under way after `stop`. */
  async work(worker: string): Promise<void> {
    const { random, keys, workload, host } = this.#program.deps;
    const { clients, workersPerClient, ratePerSecond, readShare, burstChance, mixedChance } = workload;
    const pauseMsMax = (2 * 1000 * clients * workersPerClient) / ratePerSecond / (1 - burstChance);
    await host.sleep(random.fraction() * pauseMsMax);
    while (!this.#isStopping) {
      const isRead = random.isLucky(readShare);
      if (random.isLucky(mixedChance)) {
        if (isRead) await this.#hotWork.read(worker).catch(asRefusal);
        else if (random.isLucky(PAIR_CHANCE)) await this.#hotWork.changeTwice(worker);
        else await this.#hotWork.change(worker);
      } else if (isRead) {
        const key = random.isLucky(OWN_KEY_CHANCE) ? keys.writable(worker, random) : keys.anybodys(random);
        await this.#reads.read(worker, key).catch(asRefusal);
      } else await this.#writes.write(worker, keys.writable(worker, random));
      if (random.isLucky(ECHO_CHANCE)) await this.#program.echo();
      const pauseMs = random.fraction() * pauseMsMax;
      if (!random.isLucky(burstChance)) await host.sleep(this.#isHurried ? pauseMs / HURRY : pauseMs);
    }
  }

  /** Watches for as long as the process lives. */
  watch(): Promise<never> {
    return new Watcher(this.#program).run();
  }

  /** A put that must succeed, and a read that must see it. */
  async confirmService(worker: string): Promise<void> {
    const { keys, random, host } = this.#program.deps;
    const key = keys.writable(worker, random);
    for (let left = CONFIRM_ATTEMPTS; left > 0; left--) {
      try {
        await this.#writes.put(worker, key, FINAL_PATIENCE_MS);
        break;
      } catch (thrown) {
        // A client that took one node's wrong clock for cluster time learns the right one meanwhile.
        if (asRefusal(thrown).failure.code !== "expired" || left === 1) throw thrown;
        await host.sleep(CONFIRM_PAUSE_MS);
      }
    }
    await this.readAll(worker, [key]);
  }

  /** Each key once more; every read must succeed. */
  async readAll(worker: string, keys: readonly string[]): Promise<void> {
    await this.#hotWork.readAll(worker, FINAL_PATIENCE_MS);
    for (let from = 0; from < keys.length; from += READS_AT_ONCE) {
      const some = keys.slice(from, from + READS_AT_ONCE);
      await Promise.all(some.map((key) => this.#reads.linearizable(worker, key, FINAL_PATIENCE_MS)));
    }
  }

  async handOver(to: string): Promise<void> {
    await this.#program
      .call(this.#program.client.operator.handOver(to, { timeoutMs: 1000 }))
      .catch(asRefusal);
  }

  async setLease(leaseMs: number): Promise<void> {
    const { client, deps } = this.#program;
    const refusal = await this.#program
      .call(client.operator.setLeaderLease(leaseMs))
      .then(() => undefined, asRefusal);
    if (refusal === undefined) deps.count("operation:configure");
  }

  async stand(at: Address): Promise<void> {
    await this.#program.call(this.#program.client.operator.stand(at, { timeoutMs: 1000 })).catch(asRefusal);
  }
}
