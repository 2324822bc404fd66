import { GROUP_ZERO, type GroupId, type Slot } from "../../base/ids.ts";
import type { Write } from "../../paxos/effects.ts";
import type { LogEntry, LogReader, RecoveredLog } from "../../paxos/log-reader.ts";
import type { SnapshotStorage } from "../../storage/snapshot.ts";
import type {
  Identity,
  LogWrite,
  PeerRecord,
  RecoveredState,
  Slice,
  StateStorage,
  Storage,
} from "../../storage/storage.ts";
import type { Learning } from "../oracles/slot-oracle.ts";
import { type CommitPart, type CommitPhase, type CrashPoint, POINTS, partsOf } from "./crash-points.ts";
import { ObservedSnapshots } from "./observed-snapshots.ts";

export interface StorageObserver {
  /** The process gets there; may throw. */
  readonly pass: (point: CrashPoint) => void;
  readonly onLearned: (learning: Omit<Learning, "node">) => void;
}

/** A node's storage, with somebody who looks over its shoulder. */
export class ObservedStorage implements Storage {
  readonly #storage: Storage;
  readonly #observer: StorageObserver;
  readonly #states = new Map<GroupId, StateStorage>();
  readonly #snapshots = new Map<GroupId, SnapshotStorage>();
  #learned: Slot;

  constructor(storage: Storage, observer: StorageObserver) {
    this.#storage = storage;
    this.#observer = observer;
    this.#learned = storage.recoverLog(GROUP_ZERO).learned;
  }

  get identity(): Identity {
    return this.#storage.identity;
  }

  get peers(): readonly PeerRecord[] {
    return this.#storage.peers;
  }

  recoverLog(group: GroupId): RecoveredLog {
    return this.#storage.recoverLog(group);
  }

  logReader(group: GroupId): LogReader {
    return this.#storage.logReader(group);
  }

  writeLog(writes: readonly LogWrite[], done: () => void): void {
    const parts = partsOf(writes);
    this.#passAll(parts, "before");
    this.#reportLearned(writes);
    this.#storage.writeLog(writes, () => {
      this.#passAll(parts, "committed");
      if (parts.includes("install")) this.#states.clear();
      done();
      this.#passAll(parts, "announced");
    });
    this.#passAll(parts, "submitted");
  }

  state(group: GroupId): StateStorage {
    const known = this.#states.get(group);
    if (known !== undefined) return known;
    const state = new ObservedState(this.#storage.state(group), this.#observer.pass);
    this.#states.set(group, state);
    return state;
  }

  snapshots(group: GroupId): SnapshotStorage {
    const known = this.#snapshots.get(group);
    if (known !== undefined) return known;
    const snapshots = new ObservedSnapshots(this.#storage.snapshots(group), this.#observer.pass);
    this.#snapshots.set(group, snapshots);
    return snapshots;
  }

  logBytes(): number {
    return this.#storage.logBytes();
  }

  async close(): Promise<void> {
    this.#observer.pass("stop-closing");
    await this.#storage.close();
    this.#observer.pass("stop-closed");
  }

  #passAll(parts: readonly CommitPart[], phase: CommitPhase): void {
    for (const part of parts) this.#observer.pass(POINTS[part][phase]);
  }

  /** None of its slots was learned here, but its digest tells of them. */
  #reportInstall({ watermark, digest }: Extract<Write, { kind: "install" }>): void {
    this.#observer.onLearned({ from: watermark, watermark, digest, read: () => undefined });
    if (watermark > this.#learned) this.#learned = watermark;
  }

  #reportLearned(writes: readonly LogWrite[]): void {
    const written = new Map<Slot, LogEntry>();
    const reader = this.#storage.logReader(GROUP_ZERO);
    for (const part of writes) {
      if (part.kind !== "group") continue;
      for (const write of part.writes) {
        if (write.kind === "entry") written.set(write.entry.slot, write.entry);
        if (write.kind === "install") this.#reportInstall(write);
        if (write.kind !== "learned") continue;
        this.#observer.onLearned({
          from: this.#learned,
          watermark: write.watermark,
          digest: write.digest,
          read: (at) => written.get(at) ?? reader.read(at),
        });
        this.#learned = write.watermark;
      }
    }
  }
}

class ObservedState implements StateStorage {
  readonly isLost: boolean;
  readonly fence: string | undefined;
  readonly recovered: RecoveredState;
  readonly #state: StateStorage;
  readonly #pass: StorageObserver["pass"];

  constructor(state: StateStorage, pass: StorageObserver["pass"]) {
    this.isLost = state.isLost;
    this.fence = state.fence;
    this.recovered = state.recovered;
    this.#state = state;
    this.#pass = pass;
  }

  get(key: Uint8Array): ReturnType<StateStorage["get"]> {
    return this.#state.get(key);
  }

  range(start: Uint8Array, end: Uint8Array | undefined): ReturnType<StateStorage["range"]> {
    return this.#state.range(start, end);
  }

  tombstone(key: Uint8Array): number | undefined {
    return this.#state.tombstone(key);
  }

  tombstones(start: Uint8Array, end: Uint8Array | undefined): ReturnType<StateStorage["tombstones"]> {
    return this.#state.tombstones(start, end);
  }

  eventRows(from: number): ReturnType<StateStorage["eventRows"]> {
    return this.#state.eventRows(from);
  }

  flush(slice: Slice, done: () => void): void {
    this.#pass("slice-before");
    this.#state.flush(slice, () => {
      this.#pass("slice-committed");
      done();
      this.#pass("slice-announced");
    });
    this.#pass("slice-submitted");
  }

  bytes(): number {
    return this.#state.bytes();
  }
}
