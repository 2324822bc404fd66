import { BALLOT_ZERO, GROUP_ZERO, nodeId, offsetSlot, type Slot, slot } from "../../src/base/ids.ts";
import { Replay } from "../../src/node/replay.ts";
import { ChainDigest } from "../../src/paxos/digest.ts";
import type { Membership } from "../../src/paxos/membership.ts";
import type { Value } from "../../src/paxos/value.ts";
import { initDataDirectory, openDataDirectory } from "../../src/storage/data-directory.ts";
import type { FoundingIdentity } from "../../src/storage/identity-record.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { encodeBatch, encodeCommand } from "../../src/wire/command-codec.ts";
import { MEMBERSHIP_CODEC } from "../../src/wire/membership-codec.ts";
import { bal, bytesOf, crypto, deps, promise, truncate, write } from "../contract/storage-fixture.ts";

/** Cluster time of the batches, ms, but for their slots. */
export const MADE_MS = 1_700_000_000_000;

/** A slot's value, and the round at which it was accepted. */
export interface LeftSlot {
  readonly value: Value;
  readonly round?: number;
}

/** What a stopped node's directory holds. */
export interface Left {
  readonly node: number;
  /** From slot 1 on; undefined: never accepted here. */
  readonly slots: readonly (LeftSlot | undefined)[];
  /** Exclusive. */
  readonly learned: number;
  /** Exclusive; by default the state has all that is learned. */
  readonly flushed?: number;
  /** The log is truncated below it. */
  readonly firstKept?: number;
  /** What the state was made of, if that is not what the log holds: a state that went astray. */
  readonly applied?: readonly LeftSlot[];
  readonly hasSnapshot?: boolean;
  readonly voters?: number;
  readonly cluster?: number;
}

/** A batch of one put: `key` becomes `text`. The same arguments give the same bytes. */
export function putAt(at: number, key: string, text: string): LeftSlot {
  const identity = {
    client: new Uint8Array(16).fill(at),
    sequence: 1,
    acknowledged: 0,
    deadlineMs: MADE_MS + 60_000,
  };
  const put = { kind: "put", key: bytesOf(key), value: bytesOf(text), previous: false } as const;
  const stamps = { stampMs: MADE_MS + at, wallMs: MADE_MS + at, reign: BALLOT_ZERO };
  return { value: { kind: "batch", bytes: encodeBatch(stamps, [encodeCommand(identity, put)]) } };
}

/** Slots 1 to `count`: each puts a key of its own, `k1` to `kN`. */
export function puts(count: number): LeftSlot[] {
  return Array.from({ length: count }, (_, index) => putAt(index + 1, `k${index + 1}`, "as written"));
}

/** Makes the directory as a node would have left it. */
export async function makeLeft(path: string, left: Left): Promise<void> {
  const { slots, learned, flushed = learned } = left;
  await initDataDirectory(path, identityOf(left), crypto);
  const storage = await openDataDirectory(path, deps);
  const rounds = slots.map((one) => one?.round ?? 1);
  const entries = slots.flatMap((one, index) =>
    one === undefined
      ? []
      : [
          {
            kind: "entry",
            entry: { slot: slot(index + 1), ballot: bal(one.round ?? 1), value: one.value, chosen: false },
          } as const,
        ],
  );
  const valueAt = (at: Slot): Value => {
    const value = slots[at - 1]?.value;
    if (value === undefined) throw new Error(`there is no slot ${at}`);
    return value;
  };
  const chain = new ChainDigest(crypto);
  let digest = 0;
  for (let at = slot(1); at < learned; at = offsetSlot(at, 1)) digest = chain.extend(digest, at, valueAt(at));
  const mark = { kind: "learned", watermark: slot(learned), digest } as const;
  await write(storage, promise(Math.max(1, ...rounds)), ...entries, ...(learned > 1 ? [mark] : []));
  await replayed(storage, slot(flushed), (at) => left.applied?.[at - 1]?.value ?? valueAt(at));
  if (left.firstKept !== undefined) await write(storage, truncate(left.firstKept));
  if (left.hasSnapshot === true) await new Promise((resolve) => storage.snapshots(GROUP_ZERO).write(resolve));
  await storage.close();
}

function replayed(storage: Storage, end: Slot, valueAt: (at: Slot) => Value): Promise<void> {
  return new Promise((resolve, reject) => {
    const state = storage.state(GROUP_ZERO);
    const onEnd = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
    new Replay({ ...deps, state, end, valueAt, onApplied: () => undefined, onEnd });
  });
}

function identityOf({ node, voters = 3, cluster = 7 }: Left): FoundingIdentity {
  return {
    clusterId: new Uint8Array(32).fill(cluster),
    node: nodeId(node),
    incarnation: new Uint8Array(16).fill(node),
    genesis: genesisOf(voters),
  };
}

/** The members of the beginning: n1, n2 and so on, all with a vote. */
export function genesisOf(voters: number): Membership {
  return {
    epoch: 1,
    members: Array.from({ length: voters }, (_, index) => ({
      id: nodeId(index + 1),
      name: `n${index + 1}`,
      address: { host: "127.0.0.1", port: 7401 + index },
      role: "voter",
      incarnation: new Uint8Array(16).fill(index + 1),
    })),
    nextNodeId: voters + 1,
  };
}

/** The first change of the members. */
export function memberChange(membership: Membership): LeftSlot {
  return { value: { kind: "membership", bytes: MEMBERSHIP_CODEC.encode({ replaces: 1, membership }) } };
}
