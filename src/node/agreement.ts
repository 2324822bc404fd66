import type { NodeId } from "../base/ids.ts";
import type { Fatal } from "../base/seams.ts";
import { formatStateHash } from "../kv/state-hash.ts";
import type { Message } from "../paxos/messages.ts";
import type { StatePoint } from "../wire/received.ts";
import type { Alarms } from "./alarms.ts";
import type { Roster } from "./roster.ts";
import type { StateHashes } from "./state-hashes.ts";

/** A leader that most voters differ from hands over once in this time: where all differ it would go round and round. */
const HAND_OVER_MS = 60_000;

export interface AgreementDeps {
  readonly self: NodeId;
  readonly roster: Pick<Roster, "members" | "nameOf">;
  readonly hashes: Pick<StateHashes, "at" | "watermark" | "last">;
  readonly alarms: Pick<Alarms, "raise" | "clear">;
  /** Gives leadership up. */
  readonly handOver: () => void;
  /** Ends the process, and has no later one use the present state. */
  readonly fence: Fatal;
}

/**
 * Whether the members make the same state of the same slots. Each follower tells the leader, with its acknowledgements
 * of heartbeats, the hash of what it has applied; the leader tells all, with its heartbeats, up to where a majority
 * has the hash that it has itself. Who has another one there is wrong, and takes itself out of service: what it says
 * to clients and gives to other members would be wrong, too. Its vote is about the log, which is sound, and stays.
 */
export class Agreement {
  readonly #deps: AgreementDeps;
  /** The last watermark at which a member's hash was this node's, and that of each whose was not. */
  readonly #equal = new Map<NodeId, number>();
  readonly #differing = new Map<NodeId, number>();
  #handedOverMs = Number.NEGATIVE_INFINITY;

  constructor(deps: AgreementDeps) {
    this.#deps = deps;
  }

  /** What goes with a message of this kind; undefined: nothing. */
  toTell(kind: Message["kind"]): StatePoint | undefined {
    if (kind === "heartbeat") return this.agreed;
    return kind === "heartbeat-ack" ? this.own : undefined;
  }

  /** What came with a message of this kind. */
  onHeard(from: NodeId, kind: Message["kind"], point: StatePoint, nowMs: number): void {
    if (kind === "heartbeat") this.onAgreed(point);
    else this.onTold(from, point, nowMs);
  }

  /** For the leader; undefined while nothing is applied, as without a state. */
  get own(): StatePoint | undefined {
    const { watermark, last } = this.#deps.hashes;
    return watermark > 1 ? { at: watermark, hash: last } : undefined;
  }

  /** For the followers of this node: where a majority of the voters, it included, has the same; undefined: not known. */
  get agreed(): StatePoint | undefined {
    const { self, hashes } = this.#deps;
    const reached: number[] = [];
    for (const { id, role } of this.#deps.roster.members) {
      if (role === "voter") reached.push(id === self ? hashes.watermark : (this.#equal.get(id) ?? 0));
    }
    const at = reached.sort((left, right) => right - left)[Math.floor(reached.length / 2)] ?? 0;
    const point = at > 1 ? hashes.at(at as StatePoint["at"]) : undefined;
    return point && { at: at as StatePoint["at"], hash: point.hash };
  }

  /** A follower has told its own hash to this leader. */
  onTold(from: NodeId, { at, hash }: StatePoint, nowMs: number): void {
    const own = this.#deps.hashes.at(at);
    if (own === undefined) return;
    const subject = `state of ${this.#deps.roster.nameOf(from)}`;
    if (own.hash === hash) {
      this.#equal.set(from, at);
      if (this.#differing.delete(from)) this.#deps.alarms.clear(subject);
      return;
    }
    this.#differing.set(from, at);
    const text = `the ${subject} differs from this leader's, which has applied the same slots: kvadm check`;
    this.#deps.alarms.raise(subject, text);
    if (this.#isOutvoted && nowMs - this.#handedOverMs >= HAND_OVER_MS) {
      this.#handedOverMs = nowMs;
      this.#deps.handOver();
    }
  }

  /** A leader has told what a majority has. */
  onAgreed({ at, hash }: StatePoint): void {
    const own = this.#deps.hashes.at(at);
    if (own === undefined || own.hash === hash) return;
    const hashes = `${formatStateHash(own.hash)} instead of ${formatStateHash(hash)}`;
    this.#deps.fence(
      `the state differs from what a majority made of the slots below ${at}: its hash is ${hashes}`,
    );
  }

  get #voters(): readonly NodeId[] {
    return this.#deps.roster.members.filter(({ role }) => role === "voter").map(({ id }) => id);
  }

  /** More voters have another state than could be wrong. */
  get #isOutvoted(): boolean {
    const voters = this.#voters;
    const differing = voters.filter((voter) => this.#differing.has(voter));
    return 2 * differing.length > voters.length;
  }
}
