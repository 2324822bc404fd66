import { present, unreachable } from "../../base/assert.ts";
import { EMPTY_BYTES } from "../../base/bytes.ts";
import { nodeId } from "../../base/ids.ts";
import type { Address, Crypto } from "../../base/seams.ts";
import { SNAPSHOT_PERIOD } from "../../node/snapshot-keeper.ts";
import { LOG_TAIL } from "../../paxos/log-tail.ts";
import type { Membership } from "../../paxos/membership.ts";
import { Endpoint } from "../../transport/endpoint.ts";
import { ProtocolOracle } from "../oracles/protocol-oracle.ts";
import { SlotOracle } from "../oracles/slot-oracle.ts";
import { Violation } from "../oracles/violation.ts";
import { Trace } from "../trace.ts";
import { Host } from "../world/host.ts";
import { Member } from "../world/member.ts";
import { Scheduler } from "../world/scheduler.ts";
import { SeededRandom } from "../world/seeded-random.ts";
import { CALM, SimulatedNetwork } from "../world/simulated-network.ts";
import { type Answer, type ChiWorld, HAND_OVER_MS, PATIENCE_MS } from "./chi-world.ts";
import { leaderAmong } from "./leader-among.ts";
import { NodeCaller } from "./node-caller.ts";
import { cutPairs } from "./partition.ts";
import type { NodeAction, Question } from "./script.ts";

/** Members are looked at this often. */
const INSPECT_EVERY_MS = 50;
const MEMBER_PORT = 7400;
const CLIENT_PORT = 9000;

export interface LabWorldOptions {
  readonly members: readonly string[];
  /** Decides everything that a script leaves open: time-outs, delays, what a crash loses. */
  readonly seed: number;
  readonly crypto: Crypto;
  /** Returns once no promise has anything left to do: after a turn of the real loop. */
  readonly settle: () => Promise<void>;
}

/**
 * A cluster of unmodified nodes in virtual time, on a calm network that reaches the asker always. What the
 * oracles find rejects the call in which it was found.
 */
export class LabWorld implements ChiWorld {
  readonly #options: LabWorldOptions;
  readonly #random: SeededRandom;
  readonly #scheduler = new Scheduler();
  readonly #trace: Trace;
  readonly #network: SimulatedNetwork;
  readonly #slots: SlotOracle;
  readonly #protocol: ProtocolOracle;
  readonly #members: ReadonlyMap<string, Member>;
  readonly #asker: Host;
  #asked = 0;
  /** Who is being killed on purpose. */
  #victim: string | undefined;
  #failure: unknown;

  constructor(options: LabWorldOptions) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
    this.#trace = new Trace(options.crypto, () => this.#scheduler.nowMs);
    const deps = { scheduler: this.#scheduler, random: this.#random.fork(), trace: this.#trace };
    this.#network = new SimulatedNetwork(deps, CALM);
    this.#slots = new SlotOracle(options.crypto, () => [...this.#members.values()].map(({ disk }) => disk));
    this.#members = this.#makeMembers();
    const { members } = options;
    this.#protocol = new ProtocolOracle({
      names: members,
      genesis: genesisOf(members),
      diskOf: (index) => this.#member(members[index] ?? "").disk,
      onChosen: () => undefined,
    });
    this.#asker = new Host({
      name: "asker",
      scheduler: this.#scheduler,
      random: this.#random.fork(),
      clockRate: 1,
      usesPromises: () => true,
      onKilled: () => undefined,
    });
    this.#asker.start(() => undefined);
    this.#inspect();
  }

  async act(action: NodeAction, node: string): Promise<void> {
    const member = this.#member(node);
    switch (action) {
      case "start":
      case "recover":
        return member.start();
      case "fail":
        return this.#kill(member);
      case "pause":
        return member.host.pause();
      case "resume":
        return member.host.resume();
      default:
        return unreachable(action);
    }
  }

  async partition(groups: readonly (readonly string[])[]): Promise<void> {
    this.#network.heal();
    for (const [from, to] of cutPairs([...this.#members.keys()], groups)) this.#network.cut(from, to);
  }

  async heal(): Promise<void> {
    this.#network.heal();
  }

  wait(ms: number): Promise<void> {
    return this.#run(ms, () => false);
  }

  ask(question: Question): Promise<Answer> {
    return this.#call(question.node, (caller) => caller.ask(question, PATIENCE_MS));
  }

  handOver(leader: string, node: string): Promise<void> {
    return this.#call(leader, (caller) => caller.handOver(node, HAND_OVER_MS));
  }

  async leader(): Promise<string | undefined> {
    const awake = [...this.#members.values()].filter(({ host }) => host.state === "running");
    return leaderAmong(awake.map((member) => member.status()));
  }

  async close(): Promise<void> {
    for (const member of this.#members.values()) this.#kill(member);
  }

  #makeMembers(): ReadonlyMap<string, Member> {
    const { crypto, members } = this.#options;
    const genesis = genesisOf(members);
    const clusterId = this.#random.bytes(32);
    return new Map(
      members.map((name, index) => [
        name,
        new Member(index, genesis, clusterId, {
          scheduler: this.#scheduler,
          network: this.#network,
          trace: this.#trace,
          crypto,
          oracle: this.#slots,
          random: this.#random.fork(),
          openTransport: (options, deps) => new Endpoint(options, deps),
          clockRate: 1,
          keeping: { tail: LOG_TAIL, snapshotPeriod: SNAPSHOT_PERIOD },
          onDown: () => this.#onDown(name),
          onCrash: () => this.#protocol.onDeath(index),
          onStep: (_, step) => this.#protocol.onStep(index, step),
          fail: (error) => this.#fail(error),
        }),
      ]),
    );
  }

  #kill(member: Member): void {
    this.#victim = member.name;
    member.kill();
    this.#victim = undefined;
  }

  #onDown(name: string): void {
    if (name !== this.#victim) this.#fail(new Violation("a node ends when it is told to", name));
  }

  #member(name: string): Member {
    return present(this.#members.get(name), "every node that a script names is a member");
  }

  async #call<T>(node: string, use: (caller: NodeCaller) => Promise<T>): Promise<T> {
    const { address } = this.#member(node);
    let outcome: { readonly value: T } | undefined;
    this.#asker.turn(() => {
      const caller = this.#caller(address);
      use(caller)
        .then((value) => {
          outcome = { value };
        })
        .catch((error: unknown) => this.#fail(error))
        .finally(() => caller.close());
    });
    await this.#run(2 * PATIENCE_MS, () => outcome !== undefined);
    return present(outcome, "whoever asks is answered when its patience ends, at the latest").value;
  }

  /** A client of its own for each question: it knows nothing of what the one before was told. */
  #caller(address: Address): NodeCaller {
    this.#asked++;
    const local = { host: "10.0.1.1", port: CLIENT_PORT + this.#asked };
    return new NodeCaller(address, {
      network: this.#network.open({ host: this.#asker, local }),
      openTransport: (options, deps) => new Endpoint(options, deps),
      clock: this.#asker,
      timers: this.#asker,
      random: this.#random.fork(),
      crypto: this.#options.crypto,
    });
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
  }

  #inspect(): void {
    for (const member of this.#members.values()) {
      const status = member.status();
      if (status !== undefined) this.#slots.onStatus(status);
    }
    this.#scheduler.after(INSPECT_EVERY_MS, () => this.#inspect());
  }

  async #run(ms: number, isDone: () => boolean): Promise<void> {
    try {
      const untilMs = this.#scheduler.nowMs + ms;
      const { settle } = this.#options;
      await this.#scheduler.run(untilMs, settle, () => this.#failure !== undefined || isDone());
      if (this.#failure !== undefined) throw this.#failure;
    } catch (thrown) {
      const what = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      throw new Error([what, ...this.#trace.lines].join("\n"), { cause: thrown });
    }
  }
}

/** Members on a machine each. */
function genesisOf(names: readonly string[]): Membership {
  const members = names.map((name, index) => ({
    id: nodeId(index + 1),
    name,
    address: { host: `10.0.0.${index + 1}`, port: MEMBER_PORT },
    role: "voter" as const,
    incarnation: EMPTY_BYTES,
  }));
  return { epoch: 1, members, nextNodeId: members.length + 1 };
}
