import { AssertionError, assert, present } from "../base/assert.ts";
import { type GroupId, type Slot, slot } from "../base/ids.ts";
import type { Crypto, Fatal, Random, Timers } from "../base/seams.ts";
import type { LogReader, RecoveredLog } from "../paxos/log-reader.ts";
import type { Membership } from "../paxos/membership.ts";
import { AbsentState } from "./absent-state.ts";
import { DataDirectoryError, RESTORE_ADVICE } from "./data-directory-error.ts";
import { isAlone } from "./founding-state.ts";
import { type MemoryDisk, type MemoryLog, MemoryState, type Trimmed } from "./memory-disk.ts";
import { MemoryGroupState } from "./memory-group-state.ts";
import { MemorySnapshots } from "./memory-snapshots.ts";
import { restoreState } from "./memory-state-build.ts";
import type { SnapshotStorage } from "./snapshot.ts";
import type { Identity, LogWrite, PeerRecord, StateStorage, Storage } from "./storage.ts";

/** Which of the environments a commit goes to. */
export type Environment = "log" | "state" | "snapshot";

/**
 * Decides when a commit ends: calls `finish` once, in a turn of its own, or never. The commit is durable
 * and visible from then on. `refuse` says that nothing of it is on disk, whatever comes.
 */
export type CommitScheduler = (what: Environment, finish: () => void, refuse: () => void) => void;

export interface MemoryStorageDeps {
  readonly schedule: CommitScheduler;
  readonly crypto: Crypto;
  readonly timers: Pick<Timers, "soon">;
  /** Ends the process when a row of the state is found damaged. */
  readonly fatal?: Fatal;
}

/** What becomes of the commits that are under way when the process dies. */
export interface CrashOptions {
  /** The disk wrote the log's commit out of order: some of its entries are there and fail their checks. */
  readonly tears?: boolean;
  /** Told of each commit under way, and of the slots that were torn. */
  readonly onFate?: (what: Environment, isKept: boolean, torn: readonly Slot[]) => void;
}

interface PendingCommit {
  readonly what: Environment;
  readonly apply: (disk: MemoryDisk) => void;
  /** Entries that it writes to the log of a group. */
  readonly entries: readonly { readonly group: GroupId; readonly slot: Slot }[];
  isRefused: boolean;
}

/** The storage seam over a disk in memory, with the semantics of a crash. Deterministic. */
export class MemoryStorage implements Storage {
  readonly identity: Identity;
  readonly #disk: MemoryDisk;
  readonly #deps: MemoryStorageDeps;
  /** Commits that have not ended, by what they write. */
  readonly #pending = new Map<string, PendingCommit>();
  readonly #states = new Map<GroupId, MemoryGroupState>();
  /** Whose state only other members can give. */
  readonly #lost = new Set<GroupId>();
  readonly #snapshots = new Map<GroupId, MemorySnapshots>();
  #status: "open" | "closed" = "open";

  /**
   * Counts as a start. `disk` belongs to this storage until `crash` or `close`. Throws DataDirectoryError
   * `damaged` when the state is not usable, cannot be made again of what is here, and nobody else could give one.
   */
  constructor(disk: MemoryDisk, deps: MemoryStorageDeps) {
    disk.unusedStates.clear();
    for (const group of disk.states.keys()) {
      if (isStateSound(disk, group) || makeState(disk, group, deps.crypto)) continue;
      if (
        isAlone(recoverLog(disk.log(group), disk.identity.genesis).membership.membership, disk.identity.node)
      )
        throw unusableState();
      this.#lost.add(group);
    }
    for (const [group, { manifest }] of disk.received) {
      if (manifest.watermark <= disk.log(group).summary.learned) disk.received.delete(group);
    }
    for (const log of disk.logs.values()) log.unnoticed.clear();
    disk.startCount++;
    this.identity = { ...disk.identity, startCount: disk.startCount };
    this.#disk = disk;
    this.#deps = deps;
  }

  get peers(): readonly PeerRecord[] {
    return [...this.#disk.peers.values()].sort((left, right) => left.node - right.node);
  }

  recoverLog(group: GroupId): RecoveredLog {
    return recoverLog(this.#disk.log(group), this.identity.genesis);
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
    const installs = installsOf(writes);
    for (const { group, state } of installs) this.#checkInstall(group, state);
    const commit = newCommit("log", (disk) => applyLog(disk, writes), entriesOf(writes));
    this.#commit("log", commit, () => {
      for (const { group } of installs) {
        this.#states.delete(group);
        this.#lost.delete(group);
        this.#groupSnapshots(group).onInstalled();
      }
      done();
    });
  }

  state(group: GroupId): StateStorage {
    return this.#lost.has(group) ? new AbsentState(this.identity.genesis) : this.#groupState(group);
  }

  snapshots(group: GroupId): SnapshotStorage {
    return this.#groupSnapshots(group);
  }

  logBytes(): number {
    let bytes = 0;
    for (const log of this.#disk.logs.values()) bytes += log.bytes;
    return bytes;
  }

  /** What is being written of snapshots is given up, or kept, as by a crash. */
  async close(): Promise<void> {
    const isQuiet = [...this.#pending.values()].every(({ what }) => what === "snapshot");
    assert(isQuiet, "nothing is under way at close");
    for (const snapshots of this.#snapshots.values()) snapshots.close();
    this.#status = "closed";
  }

  /**
   * What the disk holds after a crash now: all that ended, and of the commits under way an arbitrary
   * choice, each wholly or not at all. This storage is dead afterwards: nothing of it completes any more.
   */
  crash(random: Random, options: CrashOptions = {}): MemoryDisk {
    const disk = this.#disk.copy();
    for (const commit of this.#pending.values()) {
      const tears = options.tears === true && commit.entries.length > 0;
      const isKept = !commit.isRefused && (random.below(2) === 1 || tears);
      if (isKept) commit.apply(disk);
      const torn = isKept && tears ? tear(disk, commit, random) : [];
      options.onFate?.(commit.what, isKept, torn);
    }
    this.#pending.clear();
    this.#status = "closed";
    return disk;
  }

  /** The record of a slot, if there is one, fails its checks from here on. */
  damage(group: GroupId, slot: Slot): void {
    this.#disk.damage(group, slot);
  }

  #groupState(group: GroupId): MemoryGroupState {
    assert(!this.#lost.has(group), "I18: nothing is made of a state that is lost");
    const known = this.#states.get(group);
    if (known !== undefined) return known;
    let trimmed: Trimmed = { events: [], tombstones: [] };
    const state = new MemoryGroupState({
      group,
      state: this.#disk.state(group),
      genesis: this.identity.genesis,
      crypto: this.#deps.crypto,
      fatal: this.#deps.fatal ?? failedAssertion,
      writer: () => this.#snapshots.get(group)?.writer,
      commit: (slice, done) => {
        const apply = (disk: MemoryDisk): void => {
          trimmed = disk.state(group).apply(slice);
        };
        this.#commit(`state ${group}`, newCommit("state", apply, []), () => done(trimmed));
      },
    });
    this.#states.set(group, state);
    return state;
  }

  #groupSnapshots(group: GroupId): MemorySnapshots {
    const known = this.#snapshots.get(group);
    if (known !== undefined) return known;
    const { crypto, timers } = this.#deps;
    const snapshots = new MemorySnapshots({
      disk: this.#disk,
      group,
      crypto,
      timers,
      state: () => this.#groupState(group),
      commit: (name, apply, done) =>
        this.#commit(`${name} ${group}`, newCommit("snapshot", apply, []), () => {
          if (this.#status === "open") done();
        }),
    });
    this.#snapshots.set(group, snapshots);
    return snapshots;
  }

  #checkInstall(group: GroupId, state: number): void {
    assert(
      this.#states.get(group)?.isFlushing !== true,
      "I19: nothing is flushed while a state is installed",
    );
    this.#groupSnapshots(group).checkInstall(state);
  }

  #commit(name: string, commit: PendingCommit, done: () => void): void {
    assert(this.#status === "open", "the storage is open");
    assert(!this.#pending.has(name), `one ${name} commit at a time`);
    this.#pending.set(name, commit);
    const finish = (): void => {
      // A crash came first.
      if (this.#pending.get(name) !== commit) return;
      assert(!commit.isRefused, "a refused commit does not end");
      this.#pending.delete(name);
      commit.apply(this.#disk);
      done();
    };
    this.#deps.schedule(commit.what, finish, () => {
      commit.isRefused = true;
    });
  }
}

function newCommit(
  what: Environment,
  apply: PendingCommit["apply"],
  entries: PendingCommit["entries"],
): PendingCommit {
  return { what, apply, entries, isRefused: false };
}

function entriesOf(writes: readonly LogWrite[]): PendingCommit["entries"] {
  const entries: { group: GroupId; slot: Slot }[] = [];
  for (const part of writes) {
    if (part.kind !== "group") continue;
    for (const write of part.writes) {
      if (write.kind === "entry") entries.push({ group: part.group, slot: write.entry.slot });
    }
  }
  return entries;
}

/** Damages some of the commit's entries, at least one that it left in the log. */
function tear(disk: MemoryDisk, { entries }: PendingCommit, random: Random): readonly Slot[] {
  const there = entries.filter(({ group, slot }) => disk.log(group).entries.has(slot));
  const always = random.below(Math.max(1, there.length));
  const torn = there.filter((_, index) => index === always || random.below(2) === 1);
  for (const { group, slot } of torn) disk.log(group).damage(slot);
  return torn.map(({ slot }) => slot);
}

function isStateSound(disk: MemoryDisk, group: GroupId): boolean {
  const { isCondemned, watermark } = disk.state(group);
  const { firstKept, learned } = disk.log(group).summary;
  return !isCondemned && watermark >= firstKept && watermark <= learned;
}

/** Makes it again of the whole log, or else of the snapshot and the log above it; false when neither is there. */
function makeState(disk: MemoryDisk, group: GroupId, crypto: Crypto): boolean {
  const log = disk.log(group);
  if (log.isWhole(slot(1))) {
    disk.states.set(group, new MemoryState());
    return true;
  }
  const snapshot = disk.snapshots.get(group);
  const restored = snapshot && log.isWhole(snapshot.manifest.watermark) && restoreState(crypto, snapshot);
  if (!restored) return false;
  disk.states.set(group, restored);
  return true;
}

function unusableState(): DataDirectoryError {
  const message = `the state is not usable and the log no longer holds all that it came from: ${RESTORE_ADVICE}`;
  return new DataDirectoryError("damaged", message);
}

function failedAssertion(reason: string): never {
  throw new AssertionError(reason);
}

function applyLog(disk: MemoryDisk, writes: readonly LogWrite[]): void {
  for (const write of writes) {
    if (write.kind === "peer") disk.peers.set(write.peer.node, write.peer);
    else disk.log(write.group).apply(write.writes);
  }
  for (const { group, state } of installsOf(writes)) {
    disk.states.set(group, present(disk.unusedStates.get(state), "I19: what is installed was built"));
    disk.unusedStates.delete(state);
  }
}

function installsOf(writes: readonly LogWrite[]): { readonly group: GroupId; readonly state: number }[] {
  const installs: { group: GroupId; state: number }[] = [];
  for (const part of writes) {
    if (part.kind !== "group") continue;
    for (const write of part.writes) {
      if (write.kind === "install") installs.push({ group: part.group, state: write.state });
    }
  }
  return installs;
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
      else if (one.kind === "install") summary.onInstall(one.watermark, one.digest);
      else if (one.kind === "membership") summary.onMembership(one);
      else if (one.kind === "learned") {
        summary.onLearned(one.watermark, one.digest, (at) => written.has(at) || log.holds(at));
      } else {
        summary.onEntry(one.entry);
        written.add(one.entry.slot);
      }
    }
    for (const one of write.writes) if (one.kind === "entry") summary.assertAccepted(one.entry);
    summary.assertMembership();
  }
}

function recoverLog(log: MemoryLog, genesis: Membership): RecoveredLog {
  const { promised, acceptedMax, firstKept, learned, digest, end } = log.summary;
  const ascending = [...log.entries.values()].sort((left, right) => left.slot - right.slot);
  const accepted = ascending.filter((entry) => entry.slot >= learned);
  const damaged = [...log.damaged].sort((left, right) => left - right);
  const membership = log.summary.membership ?? { since: slot(1), membership: genesis };
  return { promised, acceptedMax, firstKept, learned, digest, end, membership, accepted, damaged };
}
