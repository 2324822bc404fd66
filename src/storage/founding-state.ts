import { concatBytes } from "../base/bytes.ts";
import { BALLOT_ZERO, type NodeId, slot } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import { FRESH_META } from "../kv/state.ts";
import type { Membership } from "../paxos/membership.ts";
import type { RowTable } from "./schema.ts";
import type { SnapshotManifest, StateMark } from "./snapshot.ts";
import type { StoredRow } from "./snapshot-chunks.ts";
import type { SnapshotSource } from "./snapshot-source.ts";

/**
 * How far the revisions of a restored cluster are ahead of the snapshot's: whatever the old cluster did after
 * the snapshot, a revision that somebody heard of there means nothing else here.
 */
export const RESTORED_REVISION_GAP = 1_000_000;

/** Requests of the old cluster are none of the new one's, and its changes are forgotten, with the keys they deleted. */
const LEFT_OUT: ReadonlySet<RowTable> = new Set(["executed", "events", "tombstones"]);

/** What the state of a new cluster begins with; the log begins at its watermark. */
export interface FoundingState {
  readonly mark: StateMark;
  /** Later ones stand for earlier ones with the same key. */
  rows(): AsyncIterable<readonly StoredRow[]>;
}

/** Nobody else could give back what the only member has lost. */
export function isAlone({ members }: Membership, node: NodeId): boolean {
  return members.every(({ id }) => id === node);
}

/** Nothing: the first slot is 1. */
export function emptyState(membership: Membership): FoundingState {
  const counts = { eventRows: 0, tombstones: 0 };
  return {
    mark: { watermark: slot(1), digest: 0, stateHash: 0, membership, machine: FRESH_META, counts },
    async *rows() {},
  };
}

/**
 * A snapshot's keys, leases and principals. It stands for slot 1, so that its log never looks like one that
 * reaches back to the beginning, and the chain digest begins with it, so that members which were restored of
 * different snapshots are told apart.
 */
export function restoredState(source: SnapshotSource, membership: Membership): FoundingState {
  const { machine, hash, stateHash } = source.manifest;
  const revision = machine.revision + RESTORED_REVISION_GAP;
  return {
    mark: {
      watermark: slot(2),
      digest: new DataView(hash.buffer, hash.byteOffset, hash.length).getUint32(0),
      stateHash,
      membership,
      machine: { ...machine, revision, compacted: revision, reign: BALLOT_ZERO },
      counts: { eventRows: 0, tombstones: 0 },
    },
    async *rows() {
      for await (const rows of source.rows()) yield rows.filter(({ table }) => !LEFT_OUT.has(table));
    },
  };
}

/** The id of the cluster that a cluster file's members make of the snapshot: another than either alone would have. */
export function restoredClusterId(
  crypto: Pick<Crypto, "sha256">,
  clusterId: Uint8Array,
  { hash }: SnapshotManifest,
): Uint8Array {
  return crypto.sha256(concatBytes([clusterId, hash]));
}
