import { assert } from "../../base/assert.ts";
import { GROUP_ZERO, type Slot } from "../../base/ids.ts";
import type { Crypto, Random } from "../../base/seams.ts";
import { DataDirectoryError } from "../../storage/data-directory-error.ts";
import { HangGuard } from "../../storage/hang-guard.ts";
import type { MemoryDisk, StateRecord } from "../../storage/memory-disk.ts";
import { type Environment, MemoryStorage } from "../../storage/memory-storage.ts";
import type { Trace } from "../trace.ts";
import type { CrashPoint } from "./crash-points.ts";
import { type Host, ProcessKilled } from "./host.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** How long commits take, in ms. */
export type DiskPace = readonly [min: number, max: number];

export interface MemberDiskDeps {
  readonly host: Host;
  readonly trace: Trace;
  readonly random: SeededRandom;
  readonly crypto: Crypto;
  /** Throws when the process is to be killed there. */
  readonly pass: (point: CrashPoint) => void;
}

/** What the present process has of its disk. */
type Session =
  | { readonly kind: "closed" }
  /** The start count is being written. */
  | { readonly kind: "opening"; isRefused: boolean }
  | {
      readonly kind: "open";
      readonly storage: MemoryStorage;
      readonly guards: Readonly<Record<Environment, HangGuard>>;
    };

/** One member's disk: it outlives the member's processes, takes its time, and may fail in every way. */
export class MemberDisk {
  readonly #deps: MemberDiskDeps;
  #image: MemoryDisk;
  #session: Session = { kind: "closed" };
  /** Ends of the commits that are under way. */
  readonly #ends = new Set<() => void>();
  #replaced: MemoryDisk | undefined;
  #isFull = false;
  #failsNext = false;
  #tearsNext = false;
  #isStateDamaged = false;
  pace: DiskPace = [0.05, 0.5];

  constructor(image: MemoryDisk, deps: MemberDiskDeps) {
    this.#image = image;
    this.#deps = deps;
  }

  /** What is durable now; the very object that an open storage writes to. */
  get image(): MemoryDisk {
    return this.#image;
  }

  /** Whether another image was put in the place of what the member had written. */
  get isReplaced(): boolean {
    return this.#replaced !== undefined;
  }

  /** What is durable of what the member wrote, until another image was put in its place. */
  get lastOwn(): MemoryDisk {
    return this.#replaced ?? this.#image;
  }

  /** Whether the state was damaged on purpose: a node whose log is truncated needs another's. */
  get isStateDamaged(): boolean {
    return this.#isStateDamaged;
  }

  /** Raises the start count and hands over the storage, in a turn of its own; `refuse` when it is not usable. */
  open(run: (storage: MemoryStorage) => void, refuse: (reason: string) => never): void {
    const { host, pass } = this.#deps;
    const opening: Session = { kind: "opening", isRefused: false };
    this.#session = opening;
    pass("start-count-before");
    const finish = (): void => {
      const storage = this.#makeStorage(refuse);
      const guard = (what: Environment): HangGuard =>
        new HangGuard(host, (reason) => this.#end(reason), what);
      const state = guard("state");
      this.#session = { kind: "open", storage, guards: { log: guard("log"), state, snapshot: state } };
      pass("start-count-committed");
      pass("start-count-announced");
      run(storage);
    };
    this.#schedule("log", finish, () => {
      opening.isRefused = true;
    });
    pass("start-count-submitted");
  }

  /** The process is gone: of the commits under way an arbitrary choice stays. Whether it had opened the disk. */
  crash(): boolean {
    const { random } = this.#deps;
    const session = this.#session;
    this.#session = { kind: "closed" };
    this.#ends.clear();
    const tears = this.#tearsNext;
    this.#tearsNext = false;
    if (session.kind === "opening") this.#crashOpening(session.isRefused, random);
    if (session.kind !== "open") return false;
    this.#image = session.storage.crash(random, {
      tears,
      onFate: (what, isKept, torn) => {
        this.#note(isKept ? "crash-kept" : "crash-lost", what);
        if (torn.length > 0) this.#note("torn", `slots ${torn.join(" ")}`);
      },
    });
    return true;
  }

  /** While the process is down: another image lies on the disk from now on. */
  replace(image: MemoryDisk): void {
    assert(this.#session.kind === "closed", "a disk is replaced while nobody uses it");
    assert(this.#replaced === undefined, "a disk is replaced once");
    this.#replaced = this.#image;
    this.#image = image;
  }

  /** The record of one of the log's slots fails its checks from now on. */
  damage(at: Slot): void {
    this.#note("damaged", `slot ${at}`);
    this.#image.damage(GROUP_ZERO, at);
  }

  /** A row of the state, or its watermark, fails its checks from now on. */
  damageState(): void {
    const state = this.#image.state(GROUP_ZERO);
    const rows: StateRecord[] = [...state.keys.map(([, record]) => record), ...state.executed.values()];
    const row = rows[this.#deps.random.below(rows.length + 1)];
    this.#isStateDamaged = true;
    this.#note("damaged-state", row === undefined ? "its watermark" : "a row");
    if (row === undefined) state.isCondemned = true;
    else state.damaged.add(row);
  }

  /** The next commit is refused with an I/O error; it may be on disk all the same. */
  failNext(): void {
    this.#note("disk-fails");
    this.#failsNext = true;
  }

  /** At the next crash, of a log commit under way some rows are there and damaged. */
  tearNext(): void {
    this.#tearsNext = true;
  }

  /** Every commit is refused until `heal`. */
  fill(): void {
    this.#note("disk-full");
    this.#isFull = true;
  }

  /** Ends every fault; what is under way ends soon. */
  heal(pace: DiskPace): void {
    this.pace = pace;
    this.#isFull = false;
    this.#failsNext = false;
    this.#tearsNext = false;
    for (const end of this.#ends) this.#deps.host.deliver(this.#drawMs(), end);
  }

  #makeStorage(refuse: (reason: string) => never): MemoryStorage {
    try {
      const { host: timers, crypto } = this.#deps;
      const schedule = this.#schedule.bind(this);
      return new MemoryStorage(this.#image, {
        schedule,
        crypto,
        timers,
        fatal: (reason) => this.#end(reason),
      });
    } catch (error) {
      if (error instanceof DataDirectoryError) return refuse(error.message);
      throw error;
    }
  }

  #schedule(what: Environment, finish: () => void, refuse: () => void): void {
    const failure = this.#drawFailure();
    if (failure === "no space left") refuse();
    const guard = this.#session.kind === "open" ? this.#session.guards[what] : undefined;
    guard?.begin();
    const end = (): void => {
      if (!this.#ends.delete(end)) return;
      guard?.end();
      if (failure !== undefined) this.#end(`${what}: a commit failed: ${failure}`);
      finish();
    };
    this.#ends.add(end);
    this.#deps.host.deliver(this.#drawMs(), end);
  }

  #drawFailure(): "no space left" | "input/output error" | undefined {
    if (this.#isFull) return "no space left";
    if (!this.#failsNext) return undefined;
    this.#failsNext = false;
    return "input/output error";
  }

  #drawMs(): number {
    const [min, max] = this.pace;
    return min + this.#deps.random.fraction() * (max - min);
  }

  #crashOpening(isRefused: boolean, random: Random): void {
    const isKept = !isRefused && random.below(2) === 1;
    if (isKept) this.#image.startCount++;
    this.#note(isKept ? "crash-kept" : "crash-lost", "start count");
  }

  /** As the storage of a real process does: nothing more is said to anyone. */
  #end(reason: string): never {
    this.#note("disk-fatal", reason);
    throw new ProcessKilled(reason);
  }

  #note(kind: string, detail?: string): void {
    this.#deps.trace.add(this.#deps.host.name, kind, detail);
  }
}
