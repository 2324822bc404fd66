import { AssertionError, assert } from "../base/assert.ts";
import type { GroupId, Slot } from "../base/ids.ts";
import type { Fatal, Random } from "../base/seams.ts";
import type { KeyRecord } from "../kv/command.ts";
import { firstEventRow } from "../kv/event-rows.ts";
import { keyText, textBytes } from "../kv/key-text.ts";
import type { EventRow } from "../kv/state.ts";
import type { LogReader, RecoveredLog } from "../paxos/log-reader.ts";
import { DataDirectoryError, REPLACE_NODE_ADVICE } from "./data-directory-error.ts";
import { type MemoryDisk, type MemoryLog, MemoryState, type StateRecord } from "./memory-disk.ts";
import type {
  Identity,
  LogWrite,
  PeerRecord,
  RecoveredState,
  Slice,
  StateStorage,
  Storage,
} from "./storage.ts";

/** Which of the two environments a commit goes to. */
export type Environment = "log" | "state";

/**
 * Decides when a commit ends: calls `finish` once, in a turn of its own, or never. The commit is durable
 * and visible from then on. `refuse` says that nothing of it is on disk, whatever comes.
 */
export type CommitScheduler = (what: Environment, finish: () => void, refuse: () => void) => void;

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
  readonly #schedule: CommitScheduler;
  readonly #fatal: Fatal;
  /** Commits that have not ended, by what they write. */
  readonly #pending = new Map<string, PendingCommit>();
  readonly #states = new Map<GroupId, MemoryGroupState>();
  #status: "open" | "closed" = "open";

  /**
   * Counts as a start. `disk` belongs to this storage until `crash` or `close`. Throws DataDirectoryError
   * `damaged` when the state is not usable and the log no longer holds all that it came from. `fatal` ends
   * the process when a row of the state is found damaged.
   */
  constructor(disk: MemoryDisk, schedule: CommitScheduler, fatal: Fatal = failedAssertion) {
    for (const group of disk.states.keys()) checkState(disk, group);
    for (const log of disk.logs.values()) log.unnoticed.clear();
    disk.startCount++;
    this.identity = { ...disk.identity, startCount: disk.startCount };
    this.#disk = disk;
    this.#schedule = schedule;
    this.#fatal = fatal;
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
    this.#commit(
      "log",
      newCommit("log", (disk) => applyLog(disk, writes), entriesOf(writes)),
      done,
    );
  }

  state(group: GroupId): StateStorage {
    const known = this.#states.get(group);
    if (known !== undefined) return known;
    const commit = (slice: Slice, done: () => void): void => {
      const apply = (disk: MemoryDisk): void => disk.state(group).apply(slice);
      this.#commit(`state ${group}`, newCommit("state", apply, []), done);
    };
    const state = new MemoryGroupState(this.#disk.state(group), commit, this.#fatal);
    this.#states.set(group, state);
    return state;
  }

  logBytes(): number {
    let bytes = 0;
    for (const log of this.#disk.logs.values()) bytes += log.bytes;
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
    this.#schedule(commit.what, finish, () => {
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

/** A state that cannot be used is rebuilt by replay when the whole log is there. */
function checkState(disk: MemoryDisk, group: GroupId): void {
  const state = disk.state(group);
  const log = disk.log(group);
  const { firstKept, learned } = log.summary;
  if (!state.isCondemned && state.watermark >= firstKept && state.watermark <= learned) return;
  const isWhole = firstKept === 1 && [...log.damaged].every((slot) => slot >= learned);
  if (!isWhole) {
    const message = `the state is not usable and the log no longer holds all that it came from: ${REPLACE_NODE_ADVICE}`;
    throw new DataDirectoryError("damaged", message);
  }
  disk.states.set(group, new MemoryState());
}

function failedAssertion(reason: string): never {
  throw new AssertionError(reason);
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
        summary.onLearned(one.watermark, one.digest, (at) => written.has(at) || log.holds(at));
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
  readonly #fatal: Fatal;

  constructor(state: MemoryState, commit: (slice: Slice, done: () => void) => void, fatal: Fatal) {
    this.#state = state;
    this.#commit = commit;
    this.#fatal = fatal;
    const { watermark, meta } = state;
    this.recovered = {
      watermark,
      meta,
      executed: () => this.#executed(),
      leases: () => this.#leases(),
      expiries: () => this.#expiries(),
      principals: () => this.#principals(),
    };
  }

  get(key: Uint8Array): KeyRecord | undefined {
    const record = this.#state.get(key);
    return record && this.#checked(record);
  }

  *range(start: Uint8Array, end: Uint8Array | undefined): Generator<readonly [Uint8Array, KeyRecord]> {
    const { keys } = this.#state;
    const stop = end === undefined ? keys.length : this.#state.indexOf(end);
    for (let index = this.#state.indexOf(start); index < stop; index++) {
      const row = keys[index] as readonly [Uint8Array, KeyRecord];
      this.#checked(row[1]);
      yield row;
    }
  }

  tombstone(key: Uint8Array): number | undefined {
    return this.#state.tombstones.get(keyText(key));
  }

  *tombstones(start: Uint8Array, end: Uint8Array | undefined): Generator<readonly [Uint8Array, number]> {
    const [startText, endText] = [keyText(start), end && keyText(end)];
    const within = [...this.#state.tombstones].filter(
      ([text]) => text >= startText && (endText === undefined || text < endText),
    );
    within.sort(([left], [right]) => (left < right ? -1 : 1));
    for (const [text, revision] of within) yield [textBytes(text), revision];
  }

  *eventRows(from: number): Generator<EventRow> {
    const { events } = this.#state;
    for (let at = firstEventRow(events, from); at < events.length; at++)
      yield this.#checked(events[at] as EventRow);
  }

  flush(slice: Slice, done: () => void): void {
    const { watermark } = this.#state;
    assert(slice.from === watermark, `I14: a slice from ${slice.from} cannot follow ${watermark}`);
    assert(slice.watermark > slice.from, "I14: a slice holds at least one slot");
    this.#commit(slice, done);
  }

  bytes(): number {
    return this.#state.bytes;
  }

  *#executed() {
    const rows = [...this.#state.executed].sort(([left], [right]) => left - right);
    for (const [slot, records] of rows) yield { slot, records: this.#checked(records) };
  }

  *#leases() {
    const rows = [...this.#state.leases].sort(([left], [right]) => left - right);
    for (const [id, lease] of rows) yield { id, lease: this.#checked(lease) };
  }

  *#expiries() {
    const rows = [...this.#state.expiries].sort(([left], [right]) => (left < right ? -1 : 1));
    for (const [text, expiry] of rows) yield { key: textBytes(text), expiry: this.#checked(expiry) };
  }

  *#principals() {
    const rows = [...this.#state.principals].sort(([left], [right]) => (left < right ? -1 : 1));
    for (const [id, principal] of rows) yield { id, principal: this.#checked(principal) };
  }

  #checked<Content extends StateRecord>(record: Content): Content {
    if (!this.#state.damaged.has(record)) return record;
    this.#state.isCondemned = true;
    return this.#fatal("state: a record fails its checks: it will be rebuilt at the next start");
  }
}
