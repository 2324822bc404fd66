import { SystemCrypto } from "../../../src/io/system-crypto.ts";
import { SlotOracle } from "../../../src/lab/oracles/slot-oracle.ts";
import { Trace, type TraceEvent } from "../../../src/lab/trace.ts";
import { genesisOf, Member, withJoiners } from "../../../src/lab/world/member.ts";
import { Scheduler } from "../../../src/lab/world/scheduler.ts";
import { SeededRandom } from "../../../src/lab/world/seeded-random.ts";
import { CALM, SimulatedNetwork } from "../../../src/lab/world/simulated-network.ts";
import { SNAPSHOT_PERIOD } from "../../../src/node/snapshot-keeper.ts";
import { LOG_TAIL } from "../../../src/paxos/log-tail.ts";
import type { MemoryDisk } from "../../../src/storage/memory-disk.ts";
import { Endpoint } from "../../../src/transport/endpoint.ts";

const settle = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Members on a calm network, without clients and without anybody who makes trouble but the test. */
export class SmallWorld {
  readonly scheduler = new Scheduler();
  readonly random = new SeededRandom(7);
  readonly events: TraceEvent[] = [];
  readonly trace: Trace;
  readonly network: SimulatedNetwork;
  readonly members: readonly Member[];
  /** What lay on the disk of whom after each death, oldest first. */
  readonly crashes: { readonly node: string; readonly disk: MemoryDisk }[] = [];
  /** Whether a member that went down comes back at once. */
  restarts = true;
  onDown: (member: Member) => void = () => undefined;

  /** `joiners`: nodes beyond the members of the beginning. */
  constructor(count: number, joiners = 0) {
    const crypto = new SystemCrypto();
    this.trace = new Trace(
      crypto,
      () => this.scheduler.nowMs,
      (event) => this.events.push(event),
    );
    const { scheduler, random, trace } = this;
    this.network = new SimulatedNetwork({ scheduler, random: random.fork(), trace }, CALM);
    const genesis = genesisOf(count, false);
    const oracle = new SlotOracle(crypto, () => this.members.map(({ storage }) => storage.lastOwn));
    const everybody = withJoiners(genesis, joiners, false);
    this.members = everybody.members.map(
      (_, index) =>
        new Member(index, everybody, new Uint8Array(32), {
          genesis,
          scheduler,
          network: this.network,
          trace,
          crypto,
          oracle,
          random: random.fork(),
          openTransport: (options, deps) => new Endpoint(options, deps),
          clockRate: 1,
          keeping: { tail: LOG_TAIL, snapshotPeriod: SNAPSHOT_PERIOD },
          onDown: (member) => {
            this.onDown(member);
            if (this.restarts) scheduler.after(100, () => member.start());
          },
          onStep: () => undefined,
          onCrash: (node, disk) => this.crashes.push({ node, disk }),
          fail: (error) => {
            throw error;
          },
        }),
    );
  }

  member(index: number): Member {
    const member = this.members[index];
    if (member === undefined) throw new Error(`no member ${index}`);
    return member;
  }

  start(): void {
    for (const member of this.members) member.start();
  }

  async run(ms: number, isDone: () => boolean = () => false): Promise<void> {
    await this.scheduler.run(this.scheduler.nowMs + ms, settle, isDone);
  }

  /** Runs until a leader serves. */
  async elect(): Promise<Member> {
    await this.run(10_000, () => this.members.some((member) => member.isServing));
    const leader = this.members.find((member) => member.isServing);
    if (leader === undefined) throw new Error("nobody serves");
    return leader;
  }

  /** Details of the events of a kind, oldest first. */
  details(who: string, kind: string): string[] {
    return this.events
      .filter((event) => event.who === who && event.kind === kind)
      .map(({ detail }) => detail);
  }
}
