import { crc32 } from "node:zlib";
import {
  BALLOT_ZERO,
  type Ballot,
  ballot,
  type NodeId,
  nodeId,
  type Slot,
  slot,
} from "../../src/base/ids.ts";
import type { Random } from "../../src/base/seams.ts";
import type { Effects, Input } from "../../src/paxos/effects.ts";
import type { LogEntry, RecoveredLog } from "../../src/paxos/log-reader.ts";
import type { Member, MemberRole, Membership } from "../../src/paxos/membership.ts";
import type { Message } from "../../src/paxos/messages.ts";
import { Replica } from "../../src/paxos/replica.ts";
import type { Value } from "../../src/paxos/value.ts";
import { MEMBERSHIP_CODEC } from "../../src/wire/membership-codec.ts";

/** The crc32 of Node, in the shape of the seam. */
export const crypto = { crc32: (bytes: Uint8Array, seed = 0) => crc32(bytes, seed) };

/** A deterministic generator (mulberry32). */
export class SeededRandom implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }
}

export function membershipOf(count: number, roleOf: (id: number) => MemberRole = () => "voter"): Membership {
  const members = Array.from({ length: count }, (_, index) => ({
    id: nodeId(index + 1),
    name: `n${index + 1}`,
    address: { host: "127.0.0.1", port: 7400 + index },
    role: roleOf(index + 1),
    incarnation: new Uint8Array(16),
  }));
  return { epoch: 1, members, nextNodeId: members.length + 1 };
}

/** What is known of a node before it has an id. */
export function joining(id: number): Omit<Member, "id" | "role"> {
  const address = { host: "127.0.0.1", port: 7399 + id };
  return { name: `n${id}`, address, incarnation: new Uint8Array(16) };
}

/** A slot's value that changes the membership. */
export function entryFor(membership: Membership, replaces = membership.epoch - 1): Value {
  return { kind: "membership", bytes: MEMBERSHIP_CODEC.encode({ replaces, membership }) };
}

export const FRESH_LOG: RecoveredLog = {
  promised: BALLOT_ZERO,
  acceptedMax: BALLOT_ZERO,
  firstKept: slot(1),
  learned: slot(1),
  digest: 0,
  end: slot(1),
  membership: { since: slot(1), membership: membershipOf(3) },
  accepted: [],
  damaged: [],
};

export const n = (id: number): NodeId => nodeId(id);
export const s = (value: number): Slot => slot(value);
export const b = (round: number, node: number): Ballot => ballot(round, nodeId(node));

export function batch(text: string): Value {
  return { kind: "batch", bytes: new TextEncoder().encode(text) };
}

export function textOf(value: Value): string {
  return value.kind === "batch" ? new TextDecoder().decode(value.bytes) : value.kind;
}

export function entryOf(at: number, atBallot: Ballot, value: Value, chosen = false): LogEntry {
  return { slot: slot(at), ballot: atBallot, value, chosen };
}

/** A voter's answer to the first pre-vote of n1: nobody leads. */
export const GRANTED = {
  kind: "pre-vote-reply",
  ballot: b(1, 1),
  granted: true,
  promised: BALLOT_ZERO,
  learned: s(1),
} as const satisfies Message;

/** One replica driven by hand, with a disk that is as slow as the test wants. */
export class Bench {
  readonly replica: Replica;
  readonly entries = new Map<number, LogEntry>();
  nowMs: number;

  constructor(
    options: { self?: number; count?: number; recovered?: Partial<RecoveredLog>; nowMs?: number } = {},
  ) {
    this.nowMs = options.nowMs ?? 1000;
    const membership = { since: slot(1), membership: membershipOf(options.count ?? 3) };
    this.replica = new Replica(
      { self: nodeId(options.self ?? 1) },
      {
        random: new SeededRandom(7),
        crypto,
        log: { read: (at) => this.entries.get(at) },
        codec: MEMBERSHIP_CODEC,
      },
      { ...FRESH_LOG, membership, ...options.recovered },
      this.nowMs,
    );
  }

  step(input: Input): Effects {
    return this.replica.step(input, this.nowMs);
  }

  receive(from: number, message: Message): Effects {
    return this.step({ kind: "received", from: nodeId(from), message });
  }

  durable(writeSequence: number): Effects {
    return this.step({ kind: "durable", writeSequence });
  }

  /** Ticks every 10 ms for `durationMs`; returns what any tick caused, until `isEnough`. */
  run(durationMs: number, isEnough: (effects: Effects) => boolean = () => false): Effects[] {
    const all: Effects[] = [];
    for (const endMs = this.nowMs + durationMs; this.nowMs < endMs; ) {
      this.nowMs += 10;
      const effects = this.step({ kind: "tick" });
      all.push(effects);
      if (isEnough(effects)) break;
    }
    return all;
  }

  /** Stands for election and gets the promises of `voters`, which hold nothing; returns the ballot that leads. */
  lead(voters: readonly number[] = [2]): Ballot {
    this.run(2000, (effects) => effects.messages.some(({ message }) => message.kind === "pre-vote"));
    const preVoteBallot = b(Math.floor(this.replica.view(this.nowMs).promised / 1024) + 1, 1);
    let prepared: Effects | undefined;
    for (const voter of voters) {
      const effects = this.receive(voter, {
        kind: "pre-vote-reply",
        ballot: preVoteBallot,
        granted: true,
        promised: BALLOT_ZERO,
        learned: slot(1),
      });
      if (effects.writeSequence > 0) prepared = effects;
    }
    this.durable(prepared?.writeSequence ?? 0);
    return preVoteBallot;
  }
}

export function messagesOf<Kind extends Message["kind"]>(
  effects: Effects,
  kind: Kind,
): Extract<Message, { kind: Kind }>[] {
  const all = [...effects.messages, ...effects.messagesAfterWrites].map(({ message }) => message);
  return all.filter((message): message is Extract<Message, { kind: Kind }> => message.kind === kind);
}
