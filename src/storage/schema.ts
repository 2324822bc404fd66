import type { GroupId, NodeId, Slot } from "../base/ids.ts";
import { getSafeInteger, putSafeInteger } from "./layout.ts";

/** Raised by any change of tables, keys or record bodies. A directory with a higher one is refused. */
export const FORMAT_VERSION = 12;

/** The names of the tables; every one is a named database, the root stays unused. */
export const LOG_TABLES = ["meta", "groups", "entries"] as const;
/** The tables of a state's rows in the order in which a snapshot has them: part of its format, append only. */
export const ROW_TABLES = [
  "keys",
  "executed",
  "leases",
  "expiries",
  "principals",
  "events",
  "tombstones",
] as const;
export type RowTable = (typeof ROW_TABLES)[number];
export const STATE_TABLES = ["meta", ...ROW_TABLES] as const;
export const SNAPSHOT_TABLES = ["meta", "chunks"] as const;

/** Keys of the log's `meta` table. */
export const FORMAT_KEY = textKey("format");
export const IDENTITY_KEY = textKey("identity");
export const START_COUNT_KEY = textKey("start-count");
export const STATE_POINTER_KEY = textKey("state");
const PEER_PREFIX = "peer-";
const MEMBERSHIP_PREFIX = "membership-";

/** Keys of a snapshot's `meta` table: its manifest once it is whole, or the one that is being received. */
export const MANIFEST_KEY = textKey("manifest");
export const WANTED_KEY = textKey("wanted");

const GROUP_BYTES = 4;
const SLOT_BYTES = 8;
const CHUNK_BYTES = 2;
export const ENTRY_KEY_BYTES = GROUP_BYTES + SLOT_BYTES + CHUNK_BYTES;
const SLOT_KEY_BYTES = GROUP_BYTES + SLOT_BYTES;

/** Number N of the directory `state-N`; the log's pointer names the one that counts. */
export function stateDirectoryName(number: number): string {
  return `state-${number}`;
}

export const STATE_DIRECTORY_PATTERN = /^state-[0-9]+$/;

/** Number N of the directory `snapshot-N`: a later one has a greater number. */
export function snapshotDirectoryName(number: number): string {
  return `snapshot-${number}`;
}

export const SNAPSHOT_DIRECTORY_PATTERN = /^snapshot-([0-9]+)$/;
export const LOG_DIRECTORY = "log";
/** The log's name until `init` is complete: renaming it is the last step. */
export const LOG_DIRECTORY_UNFINISHED = "log.new";

export function peerKey(node: NodeId): Uint8Array {
  return textKey(`${PEER_PREFIX}${String(node).padStart(4, "0")}`);
}

export function membershipKey(group: GroupId): Uint8Array {
  return textKey(`${MEMBERSHIP_PREFIX}${group}`);
}

/** [start, end) of the peers' keys. */
export const PEER_KEYS = { start: textKey(PEER_PREFIX), end: textKey("peer.") };

export function groupKey(group: GroupId): Uint8Array {
  const key = new Uint8Array(GROUP_BYTES);
  new DataView(key.buffer).setUint32(0, group);
  return key;
}

export function readGroupKey(key: Uint8Array): GroupId {
  return new DataView(key.buffer, key.byteOffset, key.length).getUint32(0) as GroupId;
}

/** (group, slot), big-endian: byte order is slot order. */
export function slotKey(group: GroupId, slot: Slot): Uint8Array {
  const key = new Uint8Array(SLOT_KEY_BYTES);
  const view = new DataView(key.buffer);
  view.setUint32(0, group);
  putSafeInteger(view, GROUP_BYTES, slot);
  return key;
}

/** (group, lease id), big-endian. */
export function leaseKey(group: GroupId, id: number): Uint8Array {
  return slotKey(group, id as Slot);
}

/** (group, revision, part), big-endian: byte order is the order of the changes. */
export function eventKey(group: GroupId, revision: number, part: number): Uint8Array {
  return entryKey(group, revision as Slot, part);
}

/** The revision in a key of `eventKey`; throws LayoutError when it is none. */
export function readRevision(key: Uint8Array): number {
  return readSlot(key);
}

/** The lease's id in a key of `leaseKey`; throws LayoutError when it is none. */
export function readLeaseId(key: Uint8Array): number {
  return readSlot(key);
}

/** A principal's id behind its group. */
export function principalKey(group: GroupId, id: string): Uint8Array {
  return userKey(group, textKey(id));
}

/** The id in a key of `principalKey`. */
export function readPrincipalId(key: Uint8Array): string {
  return new TextDecoder().decode(readUserKey(key));
}

/** (group, slot, chunk), big-endian. */
export function entryKey(group: GroupId, slot: Slot, chunk: number): Uint8Array {
  const key = new Uint8Array(ENTRY_KEY_BYTES);
  const view = new DataView(key.buffer);
  view.setUint32(0, group);
  putSafeInteger(view, GROUP_BYTES, slot);
  view.setUint16(GROUP_BYTES + SLOT_BYTES, chunk);
  return key;
}

/** The chunk in a key of `entryKey`, or the part in one of `eventKey`. */
export function readChunk(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset, key.length).getUint16(GROUP_BYTES + SLOT_BYTES);
}

/** The slot in a key of `slotKey` or `entryKey`; throws LayoutError when it is none. */
export function readSlot(key: Uint8Array): Slot {
  return getSafeInteger(new DataView(key.buffer, key.byteOffset, key.length), GROUP_BYTES) as Slot;
}

/** A user's key behind its group. */
export function userKey(group: GroupId, key: Uint8Array): Uint8Array {
  const prefixed = new Uint8Array(GROUP_BYTES + key.length);
  // Byte by byte: a view for four bytes would cost more than all the rest, once for every read and row.
  prefixed[0] = group >>> 24;
  prefixed[1] = group >>> 16;
  prefixed[2] = group >>> 8;
  prefixed[3] = group;
  prefixed.set(key, GROUP_BYTES);
  return prefixed;
}

/** The user's key in a row's key, as a view. */
export function readUserKey(key: Uint8Array): Uint8Array {
  return key.subarray(GROUP_BYTES);
}

function textKey(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
