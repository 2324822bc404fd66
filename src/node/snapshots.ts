import type { NodeId, Slot } from "../base/ids.ts";
import type { ReplicaView } from "../paxos/effects.ts";
import type { SnapshotStorage } from "../storage/snapshot.ts";
import type { SnapshotMessage } from "../wire/snapshot-codec.ts";
import type { Alarms } from "./alarms.ts";
import { type ReadyState, SnapshotFetch } from "./snapshot-fetch.ts";
import { SnapshotKeeper, type SnapshotPeriod } from "./snapshot-keeper.ts";
import { SnapshotSavers } from "./snapshot-savers.ts";
import { SnapshotServer } from "./snapshot-server.ts";
import type { Store } from "./store.ts";

export interface SnapshotsDeps {
  readonly snapshots: SnapshotStorage;
  readonly period: SnapshotPeriod;
  /** Nobody else votes, so that nobody else could give back what is lost here. */
  readonly isAlone: () => boolean;
  readonly view: () => Pick<ReplicaView, "firstKept" | "chosen" | "needed" | "leader">;
  /** What the state on disk holds, if there is one. */
  readonly state: () => Pick<Store, "stateDurable" | "isLost" | "fence" | "bytes">;
  readonly send: (to: NodeId, message: SnapshotMessage) => void;
  /** Members with a link to this node. */
  readonly linked: () => readonly NodeId[];
  readonly alarms: Pick<Alarms, "raise" | "clear">;
  /** Whether so many bytes fit on the disk besides all that is there. */
  readonly hasRoomFor: (bytes: number) => boolean;
}

/** The snapshots of one group at one node: those that it makes and hands out, and the one that it needs itself. */
export class Snapshots {
  readonly #deps: SnapshotsDeps;
  readonly #keeper: SnapshotKeeper;
  readonly #server: SnapshotServer;
  /** Operators who save one. */
  readonly savers: SnapshotSavers;
  readonly #fetch: SnapshotFetch;
  #isHeld = false;
  /** An operator wants the state of the others in the place of the fenced one. */
  #isRefetching = false;

  constructor(deps: SnapshotsDeps) {
    this.#deps = deps;
    const { snapshots, send, view, state } = deps;
    // A snapshot is hardly ever larger than the state that it is of.
    const hasRoom = (): boolean => deps.hasRoomFor(state().bytes);
    this.#keeper = new SnapshotKeeper({ snapshots, hasRoom }, deps.period);
    const want = (least: Slot): void => this.#keeper.want(least);
    const marks = () => ({ ...view(), stateDurable: state().stateDurable });
    this.#server = new SnapshotServer({ snapshots, marks, send, want });
    const reach = (): Slot => (state().isLost ? (0 as Slot) : view().chosen);
    this.savers = new SnapshotSavers({ snapshots, want, learned: reach, hasRoom });
    const { hasRoomFor } = deps;
    this.#fetch = new SnapshotFetch({ snapshots, send, hasRoomFor, sources: () => this.#sources() });
  }

  /** A state that may take the present one's place, as soon as nothing of that is being written. */
  get ready(): ReadyState | undefined {
    return this.#fetch.ready;
  }

  get isWriting(): boolean {
    return this.#deps.snapshots.isWriting;
  }

  /** The log from here on follows a snapshot that somebody relies on; undefined: there is none. */
  logNeededFrom(nowMs: number): Slot | undefined {
    const asked = this.#server.neededFrom(nowMs);
    if (!this.#deps.isAlone()) return asked;
    const own = this.#deps.snapshots.latest?.watermark ?? (1 as Slot);
    return asked !== undefined && asked < own ? asked : own;
  }

  /** The log is to be shortened to what is now learned: who is alone has a snapshot made first, which goes on from there. */
  onShortening(): void {
    if (this.#deps.isAlone()) this.#keeper.want(this.#deps.view().chosen);
  }

  /** A value of so many bytes was applied. */
  onApplied(bytes: number): void {
    this.#keeper.note(bytes);
  }

  onMessage(from: NodeId, message: SnapshotMessage, nowMs: number): void {
    switch (message.kind) {
      case "snapshot-ask":
        return this.#server.onAsk(from, message, nowMs);
      case "chunk-ask":
        return this.#server.onChunkAsk(from, message, nowMs);
      case "snapshot-offer":
        return this.#fetch.onOffer(from, message, nowMs);
      case "chunk":
        return this.#fetch.onChunk(from, message, nowMs);
    }
  }

  tick(nowMs: number): void {
    // What is on its way to take the state's place is needed no more, and must stay until it has.
    if (this.#isHeld) return;
    const { stateDurable, isLost } = this.#deps.state();
    this.#fetch.tick(this.#isFenced ? undefined : this.#deps.view().needed, nowMs);
    if (isLost) this.#sayLost(nowMs);
    // What is being fetched stays, and what is ready to be installed must not meet a snapshot half written.
    const isHandedOut = this.#server.isFetched(nowMs) || this.savers.isSaving(nowMs);
    if (this.ready === undefined && !isHandedOut && !isLost) this.#keeper.tick(stateDurable);
    this.#sayRoom();
  }

  #sayRoom(): void {
    const { alarms } = this.#deps;
    if (this.#fetch.lacksRoom)
      alarms.raise("snapshot", "the disk has no room for the snapshot that this node needs: make room on it");
    else if (this.#keeper.lacksRoom)
      alarms.raise("snapshot", "the disk has no room for a new snapshot of the state: make room on it");
    else alarms.clear("snapshot");
  }

  /** What was ready is on its way to take the present state's place: nothing is begun meanwhile. */
  installing(): void {
    this.#isHeld = true;
  }

  /** It has. */
  installed(): void {
    this.#isHeld = false;
    this.#isRefetching = false;
    this.#fetch.installed();
    this.#deps.alarms.clear("state");
  }

  /** Fetches a state from another member in the place of one that is fenced; false: it is not. */
  refetch(): boolean {
    if (this.#deps.state().fence === undefined) return false;
    this.#isRefetching = true;
    return true;
  }

  /** Whoever is fenced stays so until an operator has seen it. */
  get #isFenced(): boolean {
    return this.#deps.state().fence !== undefined && !this.#isRefetching;
  }

  /** An operator sees at once whether waiting helps. */
  #sayLost(nowMs: number): void {
    const { fence } = this.#deps.state();
    if (fence !== undefined && this.#isFenced) {
      const how = "it votes, and answers no reads, until 'kvadm refetch' has it take the state of the others";
      return this.#deps.alarms.raise("state", `fenced: ${fence}; ${how}`);
    }
    const what = "the state is lost: this node votes, and answers no reads";
    const outlook = this.#fetch.isInVain(nowMs)
      ? "no member gives a snapshot: start those that have a state, or restore a backup"
      : "it fetches a snapshot from another member";
    this.#deps.alarms.raise("state", `${what}; ${outlook}`);
  }

  /** The leader has enough to do: it is asked last. */
  #sources(): readonly NodeId[] {
    const leader = this.#deps.view().leader;
    const linked = this.#deps.linked();
    const others = linked.filter((node) => node !== leader);
    return others.length === linked.length ? others : [...others, leader];
  }
}
