import { assert, present } from "../base/assert.ts";
import { GROUP_ZERO, type GroupId, type NodeId, slot } from "../base/ids.ts";
import type { Crypto, Fatal, Timers } from "../base/seams.ts";
import type { Write } from "../paxos/effects.ts";
import type { LogReader, RecoveredLog } from "../paxos/log-reader.ts";
import { AbsentState } from "./absent-state.ts";
import { liftFence } from "./directory-contents.ts";
import type { DirectoryLock } from "./directory-lock.ts";
import { Fingerprint } from "./fingerprint.ts";
import { HangGuard } from "./hang-guard.ts";
import { encodePeer } from "./identity-record.ts";
import { failStop, type LmdbEnvironment, type RowOperation } from "./lmdb-environment.ts";
import { LmdbSnapshots } from "./lmdb-snapshots.ts";
import { countOperation, metaOperation, type OpenedLog } from "./log-directory.ts";
import { LogGroup, type LogGroupDeps } from "./log-group.ts";
import { LogSummary } from "./log-summary.ts";
import type { NewStateDirectory } from "./new-state-directory.ts";
import { RECORD_TYPE } from "./record.ts";
import { peerKey, STATE_POINTER_KEY } from "./schema.ts";
import type { SnapshotStorage } from "./snapshot.ts";
import type { FoundSnapshots } from "./snapshot-directory.ts";
import { removeUnusableState, StateDirectory } from "./state-directory.ts";
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
  /** Undefined: it is lost, or not to be used, and other members have to give one. */
  readonly state: StateDirectory | undefined;
  /** Why it is not to be used. */
  readonly fence: string | undefined;
  readonly snapshots: FoundSnapshots;
  /** Watches the commits of snapshots, and of states that are built of them. */
  readonly snapshotGuard: HangGuard;
  readonly dataDirectory: string;
  readonly identity: Identity;
}

/** The storage seam over LMDB environments that are open and checked. */
export class LmdbStorage implements Storage {
  readonly identity: Identity;
  readonly #lock: DirectoryLock;
  readonly #environment: LmdbEnvironment;
  readonly #parts: LmdbStorageParts;
  #state: StateDirectory | undefined;
  readonly #absent: AbsentState;
  readonly #snapshots: LmdbSnapshots;
  /** The end of the state before the present one. */
  #removal: Promise<void> = Promise.resolve();
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
    this.#parts = parts;
    this.#state = parts.state;
    this.#absent = new AbsentState(parts.identity.genesis, parts.fence);
    this.#peers = log.peers;
    this.#groupDeps = { environment: log.environment, crypto, fatal };
    this.#guard = new HangGuard(parts.timers, fatal, "log");
    this.#snapshots = new LmdbSnapshots(
      {
        ...parts,
        clusterId: parts.identity.clusterId,
        identity: log.identityBody,
        guard: parts.snapshotGuard,
        stateNumber: parts.state?.number ?? log.stateNumber,
        state: () => present(this.#state, "I18: a snapshot is of a state that is there").group(GROUP_ZERO),
      },
      parts.snapshots,
    );
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
    let next: NewStateDirectory | undefined;
    for (const write of writes) {
      if (write.kind === "peer") {
        operations.push(this.#planPeer(write.peer));
      } else {
        const group = this.#group(write.group);
        group.plan(write.writes, operations);
        touched.push(group);
        next = this.#planInstall(write.group, write.writes, operations) ?? next;
      }
    }
    this.#writing = true;
    this.#guard.begin();
    const opened = next === undefined ? undefined : this.#adopt(next);
    Promise.all([opened, this.#environment.commit(operations)]).then(
      ([state]) => {
        this.#guard.end();
        this.#writing = false;
        for (const group of touched) group.onDurable();
        if (state !== undefined) this.#replaceState(state);
        done();
      },
      (error: unknown) => failStop("log", this.#groupDeps.fatal, error),
    );
  }

  state(group: GroupId): StateStorage {
    return this.#state?.group(group) ?? this.#absent;
  }

  snapshots(group: GroupId): SnapshotStorage {
    assert(group === GROUP_ZERO, "a state directory is of one group");
    return this.#snapshots;
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
    await this.#snapshots.close();
    this.#guard.stop();
    this.#parts.snapshotGuard.stop();
    await this.#removal;
    await this.#state?.close();
    await this.#environment.close();
    await this.#lock.release();
  }

  #planPeer(peer: PeerRecord): RowOperation {
    this.#peers.set(peer.node, peer);
    const { crypto } = this.#groupDeps;
    return metaOperation(crypto, RECORD_TYPE.peer, peerKey(peer.node), encodePeer(peer));
  }

  /** The state that an install among the writes puts in place. */
  #planInstall(
    group: GroupId,
    writes: readonly Write[],
    operations: RowOperation[],
  ): NewStateDirectory | undefined {
    const install = writes.find((write) => write.kind === "install");
    if (install === undefined) return undefined;
    assert(group === GROUP_ZERO, "a state directory is of one group");
    assert(
      this.#state?.group(group).isFlushing !== true,
      "I19: nothing is flushed while a state is installed",
    );
    const built = this.#snapshots.built(install.state);
    const { crypto } = this.#groupDeps;
    operations.push(countOperation(crypto, RECORD_TYPE.statePointer, STATE_POINTER_KEY, built.number));
    return built;
  }

  async #adopt(built: NewStateDirectory): Promise<StateDirectory> {
    const deps = { ...this.#parts, identity: this.#parts.log.identityBody };
    return StateDirectory.adopt(built.number, deps, await built.take());
  }

  #replaceState(state: StateDirectory): void {
    const before = this.#state;
    this.#state = state;
    this.#snapshots.onInstalled();
    const { dataDirectory, log } = this.#parts;
    liftFence(dataDirectory);
    const removed = before?.remove() ?? removeUnusableState(dataDirectory, log.stateNumber);
    this.#removal = removed.catch((error: unknown) => failStop("state", this.#groupDeps.fatal, error));
  }

  #group(group: GroupId): LogGroup {
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    const summary = new LogSummary();
    const fresh = new LogGroup(this.#groupDeps, group, {
      summary,
      membership: { since: slot(1), membership: this.identity.genesis },
      isNew: true,
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
