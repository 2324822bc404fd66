import { assert } from "../base/assert.ts";
import type { GroupId, Slot } from "../base/ids.ts";
import type { Random } from "../base/seams.ts";
import type { KeyRecord } from "../kv/command.ts";
import type { LogReader, RecoveredLog } from "../paxos/log-reader.ts";
import type { MemoryDisk, MemoryLog, MemoryState } from "./memory-disk.ts";
import type {
  Identity,
  LogWrite,
  PeerRecord,
  RecoveredState,
  Slice,
  StateStorage,
  Storage,
} from "./storage.ts";

/**
 * Decides when a commit ends: calls `finish` once, in a turn of its own, or never. The commit is durable
 * and visible from then on.
 */
export type CommitScheduler = (what: "log" | "state", finish: () => void) => void;

/** The storage seam over a disk in memory, with the semantics of a crash. Deterministic. */
export class MemoryStorage implements Storage {
  readonly identity: Identity;
  readonly #disk: MemoryDisk;
  readonly #schedule: CommitScheduler;
  /** Commits that have not ended, by what they write. */
  readonly #pending = new Map<string, (disk: MemoryDisk) => void>();
  readonly #states = new Map<GroupId, MemoryGroupState>();
  #status: "open" | "closed" = "open";

  /** Counts as a start. `disk` belongs to this storage until `crash` or `close`. */
  constructor(disk: MemoryDisk, schedule: CommitScheduler) {
    disk.startCount++;
    this.identity = { ...disk.identity, startCount: disk.startCount };
    this.#disk = disk;
    this.#schedule = schedule;
  }

  get peers(): readonly PeerRecord[] {
    return [...this.#disk.peers.values()].sort((left, right) => left.node - right.node);
  }

  recoverLog(group: GroupId): RecoveredLog {
    return recoverLog(this.#disk.log(group));
  }

  logReader(group: GroupId): LogReader {
    const log = this.#disk.log(group);
    return {
      read: (slot) => (log.damaged.has(slot) ? "damaged" : log.entries.get(slot)),
    };
  }

  writeLog(writes: readonly LogWrite[], done: () => void): void {
    assert(writes.length > 0, "a log commit writes something");
    // Refuse at the call, as the real one does, what breaks an invariant.
    for (const write of writes) {
      if (write.kind === "group") checkWrites(this.#disk, writes, write.group);
    }
    this.#commit("log", (disk) => applyLog(disk, writes), done);
  }

  state(group: GroupId): StateStorage {
    const known = this.#states.get(group);
    if (known !== undefined) return known;
    const commit = (slice: Slice, done: () => void): void => {
      this.#commit(`state ${group}`, (disk) => disk.state(group).apply(slice), done);
    };
    const state = new MemoryGroupState(this.#disk.state(group), commit);
    this.#states.set(group, state);
    return state;
  }

  logBytes(): number {
    let bytes = 0;
    for (const log of this.#disk.logs.values()) {
      for (const entry of log.entries.values()) bytes += entry.value.bytes.length;
    }
    return bytes;
  }

  async close(): Promise<void> {
    assert(this.#pending.size === 0, "nothing is under way at close");
    this.#status = "closed";
  }

  /**
   * What the disk holds after a crash now: all that ended, and of the commits under way an arbitrary
   * choice, each wholly or not at all. This storage is dead afterwards: nothing of it completes any more.
   */
  crash(random: Random): MemoryDisk {
    const disk = this.#disk.copy();
    for (const apply of this.#pending.values()) if (random.below(2) === 1) apply(disk);
    this.#pending.clear();
    this.#status = "closed";
    return disk;
  }

  /** The record of a slot, if there is one, fails its checks from here on. */
  damage(group: GroupId, slot: Slot): void {
    this.#disk.damage(group, slot);
  }

  #commit(what: string, apply: (disk: MemoryDisk) => void, done: () => void): void {
    assert(this.#status === "open", "the storage is open");
    assert(!this.#pending.has(what), `one ${what} commit at a time`);
    this.#pending.set(what, apply);
    this.#schedule(what === "log" ? "log" : "state", () => {
      // A crash came first.
      if (this.#pending.get(what) !== apply) return;
      this.#pending.delete(what);
      apply(this.#disk);
      done();
    });
  }
}

function applyLog(disk: MemoryDisk, writes: readonly LogWrite[]): void {
  for (const write of writes) {
    if (write.kind === "peer") disk.peers.set(write.peer.node, write.peer);
    else disk.log(write.group).apply(write.writes);
  }
}

/** Throws when a write would break an invariant; changes nothing. */
function checkWrites(disk: MemoryDisk, writes: readonly LogWrite[], group: GroupId): void {
  const log = disk.log(group);
  const summary = log.summary.copy();
  const written = new Set<Slot>();
  for (const write of writes) {
    if (write.kind === "peer" || write.group !== group) continue;
    for (const one of write.writes) {
      if (one.kind === "promised") summary.onPromised(one.ballot);
      else if (one.kind === "truncate") summary.onTruncate(one.below);
      else if (one.kind === "learned") {
        summary.onLearned(one.watermark, one.digest, (at) => written.has(at) || log.entries.has(at));
      } else {
        summary.onEntry(one.entry);
        written.add(one.entry.slot);
      }
    }
    for (const one of write.writes) if (one.kind === "entry") summary.assertAccepted(one.entry);
  }
}

function recoverLog(log: MemoryLog): RecoveredLog {
  const { promised, acceptedMax, firstKept, learned, digest, end } = log.summary;
  const ascending = [...log.entries.values()].sort((left, right) => left.slot - right.slot);
  const accepted = ascending.filter((entry) => entry.slot >= learned);
  const damaged = [...log.damaged].sort((left, right) => left - right);
  return { promised, acceptedMax, firstKept, learned, digest, end, accepted, damaged };
}

class MemoryGroupState implements StateStorage {
  readonly recovered: RecoveredState;
  readonly #state: MemoryState;
  readonly #commit: (slice: Slice, done: () => void) => void;

  constructor(state: MemoryState, commit: (slice: Slice, done: () => void) => void) {
    this.#state = state;
    this.#commit = commit;
    const { watermark, meta } = state;
    this.recovered = { watermark, meta, executed: () => this.#executed() };
  }

  get(key: Uint8Array): KeyRecord | undefined {
    return this.#state.get(key);
  }

  *range(start: Uint8Array, end: Uint8Array | undefined): Generator<readonly [Uint8Array, KeyRecord]> {
    const { keys } = this.#state;
    const stop = end === undefined ? keys.length : this.#state.indexOf(end);
    for (let index = this.#state.indexOf(start); index < stop; index++) {
      yield keys[index] as readonly [Uint8Array, KeyRecord];
    }
  }

  flush(slice: Slice, done: () => void): void {
    const { watermark } = this.#state;
    assert(slice.from === watermark, `I14: a slice from ${slice.from} cannot follow ${watermark}`);
    assert(slice.watermark > slice.from, "I14: a slice holds at least one slot");
    this.#commit(slice, done);
  }

  bytes(): number {
    let bytes = 0;
    for (const [key, record] of this.#state.keys) bytes += key.length + record.value.length;
    return bytes;
  }

  *#executed() {
    const rows = [...this.#state.executed].sort(([left], [right]) => left - right);
    for (const [slot, records] of rows) yield { slot, records };
  }
}
