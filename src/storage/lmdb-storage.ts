import { AssertionError, assert } from "../base/assert.ts";
import type { GroupId, NodeId } from "../base/ids.ts";
import type { Crypto, Fatal, Timers } from "../base/seams.ts";
import type { LogReader, RecoveredLog } from "../paxos/log-reader.ts";
import type { DirectoryLock } from "./directory-lock.ts";
import { Fingerprint } from "./fingerprint.ts";
import { HangGuard } from "./hang-guard.ts";
import { encodePeer } from "./identity-record.ts";
import { failStop, type LmdbEnvironment, type RowOperation } from "./lmdb-environment.ts";
import { metaOperation, type OpenedLog } from "./log-directory.ts";
import { LogGroup, type LogGroupDeps } from "./log-group.ts";
import { LogSummary } from "./log-summary.ts";
import { RECORD_TYPE } from "./record.ts";
import { peerKey } from "./schema.ts";
import type { SnapshotStorage } from "./snapshot.ts";
import type { StateDirectory } from "./state-directory.ts";
import type { Identity, LogWrite, PeerRecord, StateStorage, Storage } from "./storage.ts";

export interface StorageDeps {
  readonly crypto: Crypto;
  readonly timers: Timers;
  readonly fatal: Fatal;
}

/** What an opened data directory consists of; its storage owns it from then on. */
export interface LmdbStorageParts extends StorageDeps {
  readonly lock: DirectoryLock;
  readonly log: OpenedLog;
  readonly state: StateDirectory;
  readonly identity: Identity;
}

/** The storage seam over LMDB environments that are open and checked. */
export class LmdbStorage implements Storage {
  readonly identity: Identity;
  readonly #lock: DirectoryLock;
  readonly #environment: LmdbEnvironment;
  readonly #state: StateDirectory;
  readonly #peers: Map<NodeId, PeerRecord>;
  readonly #groups = new Map<GroupId, LogGroup>();
  readonly #groupDeps: LogGroupDeps;
  readonly #guard: HangGuard;
  #writing = false;

  constructor(parts: LmdbStorageParts) {
    const { crypto, fatal, log } = parts;
    this.identity = parts.identity;
    this.#lock = parts.lock;
    this.#environment = log.environment;
    this.#state = parts.state;
    this.#peers = log.peers;
    this.#groupDeps = { environment: log.environment, crypto, fatal };
    this.#guard = new HangGuard(parts.timers, fatal, "log");
    for (const [group, found] of log.groups) {
      this.#groups.set(group, new LogGroup(this.#groupDeps, group, found));
    }
  }

  get peers(): readonly PeerRecord[] {
    return [...this.#peers.values()];
  }

  recoverLog(group: GroupId): RecoveredLog {
    return this.#group(group).recovered;
  }

  logReader(group: GroupId): LogReader {
    return this.#group(group);
  }

  writeLog(writes: readonly LogWrite[], done: () => void): void {
    assert(!this.#writing, "one log commit at a time");
    assert(writes.length > 0, "a log commit writes something");
    const operations: RowOperation[] = [];
    const touched: LogGroup[] = [];
    for (const write of writes) {
      if (write.kind === "peer") {
        operations.push(this.#planPeer(write.peer));
      } else {
        const group = this.#group(write.group);
        group.plan(write.writes, operations);
        touched.push(group);
      }
    }
    this.#writing = true;
    this.#guard.begin();
    this.#environment.commit(operations).then(
      () => {
        this.#guard.end();
        this.#writing = false;
        for (const group of touched) group.onDurable();
        done();
      },
      (error: unknown) => failStop("log", this.#groupDeps.fatal, error),
    );
  }

  state(group: GroupId): StateStorage {
    return this.#state.group(group);
  }

  snapshots(group: GroupId): SnapshotStorage {
    throw new AssertionError(`group ${group} has no snapshots in LMDB yet`);
  }

  logBytes(): number {
    try {
      return this.#environment.bytes();
    } catch (error) {
      return this.#groupDeps.fatal("log: its size cannot be read", error);
    }
  }

  async close(): Promise<void> {
    assert(!this.#writing, "nothing is under way at close");
    this.#guard.stop();
    await this.#state.close();
    await this.#environment.close();
    await this.#lock.release();
  }

  #planPeer(peer: PeerRecord): RowOperation {
    this.#peers.set(peer.node, peer);
    const { crypto } = this.#groupDeps;
    return metaOperation(crypto, RECORD_TYPE.peer, peerKey(peer.node), encodePeer(peer));
  }

  #group(group: GroupId): LogGroup {
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    const summary = new LogSummary();
    const fresh = new LogGroup(this.#groupDeps, group, {
      summary,
      fingerprint: new Fingerprint(),
      held: new Map(),
      accepted: [],
      damaged: new Set(),
      garbageFrom: summary.firstKept,
    });
    this.#groups.set(group, fresh);
    return fresh;
  }
}
