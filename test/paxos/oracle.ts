import { strict as assert } from "node:assert";
import { equalBytes } from "../../src/base/bytes.ts";
import type { Ballot, NodeId, Slot } from "../../src/base/ids.ts";
import type { LogEntry } from "../../src/paxos/log-reader.ts";
import type { Member, Membership } from "../../src/paxos/membership.ts";
import type { AcceptMessage } from "../../src/paxos/messages.ts";
import type { Value } from "../../src/paxos/value.ts";
import { MEMBERSHIP_CODEC } from "../../src/wire/membership-codec.ts";
import type { Image } from "./image.ts";

/** Sees all nodes and all of history; nothing real could. */
export class Oracle {
  readonly chosen = new Map<number, Value>();
  readonly #accepted = new Map<number, Map<Ballot, { nodes: Set<NodeId>; value: Value }>>();
  readonly #digests = new Map<number, number>();
  /** What the chosen slots make of the genesis, ascending. */
  readonly #memberships: { readonly since: number; readonly membership: Membership }[];
  /** By ballot: the highest slot in which it proposed a membership entry. */
  readonly #barriers = new Map<Ballot, number>();

  constructor(membership: Membership) {
    this.#memberships = [{ since: 1, membership }];
  }

  /** Who governs `at`, as far as every slot below it is known. */
  membershipAt(at: number): Membership {
    const found = this.#memberships.findLast(({ since }) => since <= at);
    assert(found !== undefined);
    return found.membership;
  }

  isQuorumAt(at: number, holds: (node: NodeId) => boolean): boolean {
    const voters = votersOf(this.membershipAt(at));
    return voters.filter(holds).length * 2 > voters.length;
  }

  /** `learned`: the proposer's watermark. Called for each copy of an Accept. */
  onProposed(message: AcceptMessage, learned: number, image: (node: NodeId) => Image): void {
    const { ballot, slot: at, value } = message;
    const barrier = this.#barriers.get(ballot) ?? 0;
    assert(
      barrier < learned || at <= barrier,
      `I10: slot ${at} is proposed above the open entry in ${barrier}`,
    );
    assert(
      this.isQuorumAt(learned, (node) => image(node).promised >= ballot),
      `I9: slot ${at} is proposed without a quorum of promises`,
    );
    if (value.kind !== "membership" || at <= barrier) return;
    this.#barriers.set(ballot, at);
    const { epoch } = this.membershipAt(learned);
    const isFirst = this.#accepted.get(at) === undefined;
    assert(
      !isFirst || this.isQuorumAt(learned, (node) => image(node).membership.membership.epoch >= epoch),
      `I12: a change is proposed in slot ${at} before epoch ${epoch} is settled`,
    );
  }

  /** The entry takes effect when it replaces what is in force, and differs in one member. */
  #onMembership(at: number, value: Value): void {
    const entry = MEMBERSHIP_CODEC.decode(value.bytes);
    assert(typeof entry !== "string");
    const before = this.membershipAt(at);
    if (entry.replaces !== before.epoch) return;
    const text = (member: Member) => `${member.id} ${member.role}`;
    const [old, fresh] = [before.members.map(text), entry.membership.members.map(text)];
    const gone = old.filter((one) => !fresh.includes(one)).map((one) => one.split(" ")[0]);
    const come = fresh.filter((one) => !old.includes(one)).map((one) => one.split(" ")[0]);
    const touched = new Set([...gone, ...come]);
    if (touched.size !== 1) return;
    this.#memberships.push({ since: at + 1, membership: entry.membership });
  }

  onAccepted(node: NodeId, entry: LogEntry): void {
    let ballots = this.#accepted.get(entry.slot);
    if (ballots === undefined) {
      ballots = new Map();
      this.#accepted.set(entry.slot, ballots);
    }
    let at = ballots.get(entry.ballot);
    if (at === undefined) {
      at = { nodes: new Set(), value: entry.value };
      ballots.set(entry.ballot, at);
    }
    assert(sameValue(at.value, entry.value), `I5: two proposals at one ballot for slot ${entry.slot}`);
    at.nodes.add(node);
  }

  /** Whether a quorum has on disk what was proposed at this ballot, known to somebody or not. */
  isChosenAt(at: Slot, ballot: Ballot): boolean {
    const one = this.#accepted.get(at)?.get(ballot);
    return one !== undefined && this.isQuorumAt(at, (voter) => one.nodes.has(voter));
  }

  onChosen(node: NodeId, at: Slot, value: Value): void {
    const known = this.chosen.get(at);
    if (known !== undefined) {
      assert(sameValue(known, value), `I1: n${node} learned another value for slot ${at}`);
      return;
    }
    const ballots = [...(this.#accepted.get(at)?.values() ?? [])];
    const isAccepted = ballots.some(
      (one) => this.isQuorumAt(at, (voter) => one.nodes.has(voter)) && sameValue(one.value, value),
    );
    assert(isAccepted, `I8: n${node} took slot ${at} for chosen, but no quorum has it on disk at one ballot`);
    this.chosen.set(at, value);
    if (value.kind === "membership") this.#onMembership(at, value);
  }

  onDigest(watermark: number, digest: number): void {
    const known = this.#digests.get(watermark);
    assert(known === undefined || known === digest, `I2: two digests at watermark ${watermark}`);
    this.#digests.set(watermark, digest);
  }
}

function votersOf({ members }: Membership): readonly NodeId[] {
  return members.filter(({ role }) => role === "voter").map(({ id }) => id);
}

function sameValue(left: Value, right: Value): boolean {
  return left.kind === right.kind && equalBytes(left.bytes, right.bytes);
}
