import { BALLOT_ZERO, type Ballot, GROUP_ZERO, type NodeId, type Slot } from "../../base/ids.ts";
import type { Step } from "../../node/step.ts";
import type { Write } from "../../paxos/effects.ts";
import type { LogEntry } from "../../paxos/log-reader.ts";
import { NO_EFFECTS } from "../../paxos/outbox.ts";
import type { MemoryDisk } from "../../storage/memory-disk.ts";
import { Grants } from "./grants.ts";
import { Overtaken } from "./overtaken.ts";
import { Statements } from "./statements.ts";
import { demand } from "./violation.ts";

interface PendingWrites {
  readonly sequence: number;
  readonly writes: readonly Write[];
}

/** Where a read stood when it arrived: an index below the floor would be a stale one. */
type ReadFloors = Map<string, Slot>;

/** What the oracle knows of one member: of its disk for ever, of its memory for one life of its process. */
export class MemberTrack {
  readonly id: NodeId;
  readonly name: string;
  readonly statements: Statements;
  readonly overtaken: Overtaken;
  grants: Grants;
  #startCount = 0;
  /** Entries of the log that were seen to hold what is chosen. */
  readonly verified = new WeakSet<LogEntry>();
  /** The process has not taken a step yet. */
  isNew = true;
  promised: Ballot = BALLOT_ZERO;
  /** The ballot that this process has last asked another to take over from. */
  handedOver: Ballot = BALLOT_ZERO;
  /** When this process last saw office handed over, by its own clock. */
  officeMovedMs = Number.NEGATIVE_INFINITY;
  /** One past the highest slot proposed at the last own ballot. */
  proposed = { ballot: BALLOT_ZERO, end: 1 as Slot };
  /** The learned watermark in memory. */
  learned = 1 as Slot;
  /** Entries at and above the learned watermark, as this process has them in memory. */
  readonly held = new Map<Slot, LogEntry>();
  readonly floors: ReadFloors = new Map();
  #pending: PendingWrites[] = [];

  /** Of the membership that it takes to govern. */
  epoch: number;

  /** `votersIn`: of the membership of this epoch. */
  constructor(id: NodeId, name: string, first: number, votersIn: (epoch: number) => readonly NodeId[]) {
    this.id = id;
    this.name = name;
    this.statements = new Statements(name);
    this.epoch = first;
    this.overtaken = new Overtaken(() => votersIn(this.epoch));
    this.grants = new Grants(name, false);
  }

  /** Whether nothing has happened that a rule is about, as by most ticks. */
  isIdle({ input, effects, view }: Step): boolean {
    if (input.kind !== "tick" || effects !== NO_EFFECTS || this.isNew) return false;
    return view.promised === this.promised && view.chosen === this.learned && view.epoch === this.epoch;
  }

  /** The process is gone: nothing of its memory counts, and what was being written is on disk or not. */
  onDeath(disk: MemoryDisk): void {
    this.isNew = true;
    this.overtaken.onDeath();
    this.held.clear();
    this.floors.clear();
    this.#pending = [];
    demand(
      disk.startCount > this.#startCount,
      "I34 start counts rise",
      () => `${this.name} has started ${disk.startCount} times, after ${this.#startCount}`,
    );
    this.#startCount = disk.startCount;
  }

  /** A process takes its first step with what its disk holds. */
  onBirth(disk: MemoryDisk): void {
    const { summary, entries } = disk.log(GROUP_ZERO);
    this.isNew = false;
    this.grants = new Grants(this.name, disk.startCount > 1);
    this.handedOver = BALLOT_ZERO;
    this.officeMovedMs = Number.NEGATIVE_INFINITY;
    this.proposed = { ballot: BALLOT_ZERO, end: 1 as Slot };
    this.promised = summary.promised;
    this.learned = summary.learned;
    for (const entry of entries.values()) if (entry.slot >= summary.learned) this.held.set(entry.slot, entry);
  }

  onWrites(sequence: number, writes: readonly Write[]): void {
    if (writes.length > 0) this.#pending.push({ sequence, writes });
    for (const write of writes) {
      if (write.kind === "entry" && write.entry.slot >= this.learned) {
        this.held.set(write.entry.slot, write.entry);
      }
    }
  }

  /** The entries that are on disk from now on. */
  takeDurable(sequence: number): readonly LogEntry[] {
    const entries: LogEntry[] = [];
    while (this.#pending[0] !== undefined && this.#pending[0].sequence <= sequence) {
      for (const write of this.#pending.shift()?.writes ?? []) {
        if (write.kind === "entry") entries.push(write.entry);
      }
    }
    return entries;
  }
}
