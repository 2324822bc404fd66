import type { Slot } from "../base/ids.ts";
import type { Address, Timers } from "../base/seams.ts";
import type { HashAnswer, LogPage, Request } from "../wire/client-messages.ts";
import type { MemberStep, MembersView } from "../wire/member-messages.ts";
import { type Caller, expectBody } from "./caller.ts";
import { type Names, refuseUnfit } from "./misuse.ts";
import { REQUEST_NAMES } from "./option-names.ts";
import type { ChangeOptions, RequestOptions } from "./options.ts";
import { type PulledSnapshot, pullSnapshot, type SnapshotOptions } from "./snapshot-pull.ts";
import { nodeAt } from "./target.ts";

const ANY_KEY = Uint8Array.of(0);
const SNAPSHOT: Names<SnapshotOptions> = { ...REQUEST_NAMES, least: true, maxAgeMs: "wait" };

/** A change may wait for what passes by itself, before the leader answers. */
const CHANGE_WAIT_MS = 3_000;

/** What an operator asks of the cluster, besides its data. */
export class Operator {
  readonly #caller: Caller;
  readonly #timers: Timers;

  constructor(caller: Caller, timers: Timers) {
    this.#caller = caller;
    this.#timers = timers;
  }

  /** Makes the leader hand over to the named node, or to the best when empty; the new leader's name. */
  async handOver(to: string, options: RequestOptions = {}): Promise<string> {
    refuseUnfit("option", options, REQUEST_NAMES);
    const request = (id: number, timeoutMs: number): Request => ({ kind: "hand-over", id, timeoutMs, to });
    return expectBody(await this.#caller.ask({ kind: "leader" }, request, options), "handed-over").to;
  }

  /**
   * Makes one node stand for election, for when no leader answers; the name of whoever leads then, which may be
   * another. Without a quorum it times out.
   */
  async stand(address: Address, options: RequestOptions = {}): Promise<string> {
    refuseUnfit("option", options, REQUEST_NAMES);
    const request = (id: number, timeoutMs: number): Request => ({ kind: "stand", id, timeoutMs });
    return expectBody(await this.#caller.ask(nodeAt(address), request, options), "handed-over").to;
  }

  /** Has one node send some packets to each member; what its status says of the paths a moment later is of now. */
  async measurePaths(address: Address, options: RequestOptions = {}): Promise<void> {
    refuseUnfit("option", options, REQUEST_NAMES);
    const request = (id: number): Request => ({ kind: "measure", id });
    expectBody(await this.#caller.ask(nodeAt(address), request, options), "pong");
  }

  /** Every change that anybody was told of by now is in a slot below; takes a quorum. */
  async watermark(options: RequestOptions = {}): Promise<Slot> {
    refuseUnfit("option", options, REQUEST_NAMES);
    const consistency = { level: "linearizable" } as const;
    const request = (id: number, timeoutMs: number): Request => {
      return { kind: "get", id, timeoutMs, key: ANY_KEY, consistency };
    };
    return (await this.#caller.ask({ kind: "leader" }, request, options)).applied;
  }

  /**
   * Has one node drop of its log all but the last `keep` chosen slots; what is below the answer goes as soon as the
   * node's own state has it on disk. A member that lacks it gets a snapshot.
   */
  async shortenLog(address: Address, keep: number, options: RequestOptions = {}): Promise<Slot> {
    const request = (id: number, timeoutMs: number): Request => ({
      kind: "shorten-log",
      id,
      timeoutMs,
      keep,
    });
    return expectBody(await this.#caller.ask({ kind: "node", address }, request, options), "shortening")
      .below;
  }

  /** The last revision that is surely `ageMs` old, in cluster time, as far as the node knows; 0: none. */
  async revisionOfAge(address: Address, ageMs: number, options: RequestOptions = {}): Promise<number> {
    const request = (id: number, timeoutMs: number): Request => ({ kind: "age", id, timeoutMs, ageMs });
    return expectBody(await this.#caller.ask({ kind: "node", address }, request, options), "age").last;
  }

  /** What one node's log holds from a slot on, `limit` slots at most: a page, with where the next one begins. */
  async log(
    address: Address,
    { from, limit }: { readonly from: Slot; readonly limit: number },
    options: RequestOptions = {},
  ): Promise<LogPage> {
    const target = nodeAt(address);
    refuseUnfit("option", options, REQUEST_NAMES);
    const request = (id: number, timeoutMs: number): Request => ({ kind: "log", id, timeoutMs, from, limit });
    const { kind, ...page } = expectBody(await this.#caller.ask(target, request, options), "log");
    return page;
  }

  /** Has a fenced node fetch a state from another member, in the place of its own. */
  async refetch(address: Address, options: RequestOptions = {}): Promise<void> {
    const target = nodeAt(address);
    refuseUnfit("option", options, REQUEST_NAMES);
    const request = (id: number, timeoutMs: number): Request => ({ kind: "refetch", id, timeoutMs });
    expectBody(await this.#caller.ask(target, request, options), "pong");
  }

  /** Which hash one node's state has at the watermark `at`, or, when that is 0, where it stands. */
  async stateHash(address: Address, at: Slot, options: RequestOptions = {}): Promise<HashAnswer> {
    const target = nodeAt(address);
    refuseUnfit("option", options, REQUEST_NAMES);
    const request = (id: number, timeoutMs: number): Request => ({ kind: "state-hash", id, timeoutMs, at });
    const { kind, ...answer } = expectBody(await this.#caller.ask(target, request, options), "state-hash");
    return answer;
  }

  /** A snapshot of the whole state, of one node: the one that it has when that will do, else one that it makes now. */
  async snapshot(address: Address, options: SnapshotOptions): Promise<PulledSnapshot> {
    nodeAt(address);
    refuseUnfit("option", options, SNAPSHOT);
    return pullSnapshot(address, options, { caller: this.#caller, timers: this.#timers });
  }

  /** Sets how long the leader's lease is, in ms, or 0: off. It holds for the whole cluster, through the log. */
  async setLeaderLease(leaderLeaseMs: number, options: ChangeOptions = {}): Promise<void> {
    await this.#caller.change(() => ({ kind: "configure", leaderLeaseMs }), options);
  }

  /** Who is in the cluster, as its leader knows it. */
  async members(options: RequestOptions = {}): Promise<MembersView> {
    const request = (id: number, timeoutMs: number): Request => ({ kind: "members", id, timeoutMs });
    return expectBody(await this.#caller.ask({ kind: "leader" }, request, options), "members").view;
  }

  /**
   * Makes one change of the members, if the membership is still the one of `epoch`, and settles it; who is in the
   * cluster then. Repeating it is safe. With `dryRun` nothing changes, and who would be is told.
   */
  async changeMembers(
    change: { readonly epoch: number; readonly step: MemberStep; readonly dryRun?: boolean },
    options: RequestOptions = {},
  ): Promise<MembersView> {
    const { epoch, step, dryRun = false } = change;
    const request = (id: number, timeoutMs: number): Request => {
      return { kind: "change-members", id, timeoutMs, epoch, step, dryRun };
    };
    const patience = { ...options, waitMs: CHANGE_WAIT_MS };
    return expectBody(await this.#caller.ask({ kind: "leader" }, request, patience), "members").view;
  }
}
