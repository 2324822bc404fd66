import { GROUP_ZERO, type GroupId, type Slot } from "../../base/ids.ts";
import type { LogEntry, LogReader, RecoveredLog } from "../../paxos/log-reader.ts";
import type { Identity, LogWrite, PeerRecord, StateStorage, Storage } from "../../storage/storage.ts";
import type { Learning } from "../oracles/slot-oracle.ts";

export interface StorageObserver {
  /** A commit is about to be handed to the disk; may throw. */
  readonly onWrite: (writes: readonly LogWrite[]) => void;
  /** It has been handed to the disk; may throw. */
  readonly onWriting: () => void;
  readonly onLearned: (learning: Omit<Learning, "node">) => void;
}

/** A node's storage, with somebody who looks over its shoulder. */
export class ObservedStorage implements Storage {
  readonly #storage: Storage;
  readonly #observer: StorageObserver;
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
    this.#observer.onWrite(writes);
    this.#reportLearned(writes);
    this.#storage.writeLog(writes, done);
    this.#observer.onWriting();
  }

  state(group: GroupId): StateStorage {
    return this.#storage.state(group);
  }

  logBytes(): number {
    return this.#storage.logBytes();
  }

  close(): Promise<void> {
    return this.#storage.close();
  }

  #reportLearned(writes: readonly LogWrite[]): void {
    const written = new Map<Slot, LogEntry>();
    const reader = this.#storage.logReader(GROUP_ZERO);
    for (const part of writes) {
      if (part.kind !== "group") continue;
      for (const write of part.writes) {
        if (write.kind === "entry") written.set(write.entry.slot, write.entry);
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
