import { GROUP_ZERO, type GroupId, type NodeId } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import { DataDirectoryError, REPLACE_NODE_ADVICE } from "./data-directory-error.ts";
import { decodeCount, decodeIdentity, decodePeer, encodeCount } from "./identity-record.ts";
import { FieldReader, FieldWriter } from "./layout.ts";
import { checkLmdbFile } from "./lmdb-check.ts";
import { LmdbEnvironment, type RowOperation, STORAGE_OPTIONS } from "./lmdb-environment.ts";
import { type RecoveredGroup, recoverGroup } from "./log-recovery.ts";
import { makeRecord, openRecord, RECORD_TYPE, type RecordType } from "./record.ts";
import {
  FORMAT_KEY,
  FORMAT_VERSION,
  groupKey,
  IDENTITY_KEY,
  LOG_TABLES,
  PEER_KEYS,
  readGroupKey,
  START_COUNT_KEY,
  STATE_POINTER_KEY,
} from "./schema.ts";
import type { Identity, PeerRecord } from "./storage.ts";

/** All that `log/` holds, verified. */
export interface OpenedLog {
  readonly environment: LmdbEnvironment;
  readonly identity: Identity;
  /** The identity's record body, by which a state directory is told to belong here. */
  readonly identityBody: Uint8Array;
  readonly peers: Map<NodeId, PeerRecord>;
  /** N of the `state-N` that counts. */
  readonly stateNumber: number;
  readonly groups: Map<GroupId, RecoveredGroup>;
}

export interface OpenLogOptions {
  readonly path: string;
  readonly crypto: Crypto;
  readonly mode: "write" | "read";
  readonly unsafeNoSync?: boolean;
}

/** Checks and opens the log environment. Throws DataDirectoryError `amnesia`, `damaged` or `newer_format`. */
export async function openLogDirectory(options: OpenLogOptions): Promise<OpenedLog> {
  const { path, crypto, mode } = options;
  checkLogFile(path);
  let environment: LmdbEnvironment;
  try {
    const unsafe = options.unsafeNoSync === true ? { unsafeNoSync: true } : {};
    environment = new LmdbEnvironment({ path, tables: LOG_TABLES, mode, ...unsafe });
  } catch (error) {
    throw lost(path, "cannot be opened", error);
  }
  try {
    return { environment, ...readLog(environment, crypto, path) };
  } catch (error) {
    await environment.close();
    throw error;
  }
}

/** Here even a missing file is a loss: the directory was complete once. */
function checkLogFile(path: string): void {
  try {
    checkLmdbFile(path);
  } catch (error) {
    if (error instanceof DataDirectoryError && error.code === "unreadable") throw error;
    throw lost(path, error instanceof Error ? error.message : "cannot be checked", error);
  }
}

function readLog(environment: LmdbEnvironment, crypto: Crypto, path: string): Omit<OpenedLog, "environment"> {
  const body = (type: RecordType, key: Uint8Array): Uint8Array => {
    const record = environment.get("meta", key);
    const found = record && openRecord(crypto, type, key, record);
    if (found === undefined) throw lost(path, `has lost its record '${new TextDecoder().decode(key)}'`);
    return found;
  };
  try {
    checkFormat(path, body(RECORD_TYPE.format, FORMAT_KEY));
    const identityBody = body(RECORD_TYPE.identity, IDENTITY_KEY);
    const startCount = decodeCount(body(RECORD_TYPE.startCount, START_COUNT_KEY));
    return {
      identity: { ...decodeIdentity(identityBody), startCount },
      identityBody,
      peers: readPeers(environment, crypto, path),
      stateNumber: decodeCount(body(RECORD_TYPE.statePointer, STATE_POINTER_KEY)),
      groups: readGroups(environment, crypto),
    };
  } catch (error) {
    if (error instanceof DataDirectoryError) throw error;
    throw lost(path, error instanceof Error ? error.message : "cannot be read", error);
  }
}

function readPeers(environment: LmdbEnvironment, crypto: Crypto, path: string): Map<NodeId, PeerRecord> {
  const peers = new Map<NodeId, PeerRecord>();
  for (const row of environment.range("meta", PEER_KEYS)) {
    const body = openRecord(crypto, RECORD_TYPE.peer, row.key, row.value);
    if (body === undefined) throw lost(path, "has lost what it knew of a peer");
    const peer = decodePeer(body);
    peers.set(peer.node, peer);
  }
  return peers;
}

function readGroups(environment: LmdbEnvironment, crypto: Crypto): Map<GroupId, RecoveredGroup> {
  const groups = new Map<GroupId, RecoveredGroup>();
  const every = { start: groupKey(GROUP_ZERO), end: groupKey(0xffff_ffff as GroupId) };
  const known = [...environment.keys("groups", every)].map(readGroupKey);
  // Group 0 is there from `init` on: without its row this throws, as it must.
  for (const group of new Set([GROUP_ZERO, ...known])) {
    groups.set(group, recoverGroup(environment, crypto, group));
  }
  return groups;
}

/** The record by which another version is told apart; its layout is fixed for good. */
export function encodeFormat(): Uint8Array {
  return new FieldWriter().u32(FORMAT_VERSION).text(STORAGE_OPTIONS).finish();
}

function checkFormat(path: string, body: Uint8Array): void {
  const reader = new FieldReader(body);
  const version = reader.u32();
  if (version !== FORMAT_VERSION) {
    throw new DataDirectoryError(
      "newer_format",
      `${path} has data format ${version}, this kvd knows ${FORMAT_VERSION}: run the version that wrote it, or a newer one`,
    );
  }
  const options = reader.text();
  if (options !== STORAGE_OPTIONS) {
    throw new DataDirectoryError(
      "newer_format",
      `${path} was written with other storage options (${options}): run the version that wrote it`,
    );
  }
}

/** A row of the log's `meta` table. */
export function metaOperation(
  crypto: Crypto,
  type: RecordType,
  key: Uint8Array,
  body: Uint8Array,
): RowOperation {
  return { table: "meta", key, value: makeRecord(crypto, type, key, body) };
}

export function countOperation(
  crypto: Crypto,
  type: RecordType,
  key: Uint8Array,
  count: number,
): RowOperation {
  return metaOperation(crypto, type, key, encodeCount(count));
}

function lost(path: string, why: string, cause?: unknown): DataDirectoryError {
  return new DataDirectoryError("amnesia", `${path} ${why}: ${REPLACE_NODE_ADVICE}`, { cause });
}
