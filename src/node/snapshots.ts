import type { NodeId, Slot } from "../base/ids.ts";
import type { SnapshotStorage } from "../storage/snapshot.ts";
import type { SnapshotMessage } from "../wire/snapshot-codec.ts";
import { type ReadyState, SnapshotFetch } from "./snapshot-fetch.ts";
import { SnapshotKeeper, type SnapshotPeriod } from "./snapshot-keeper.ts";
import { SnapshotSavers } from "./snapshot-savers.ts";
import { SnapshotServer } from "./snapshot-server.ts";

/** Where a group stands, as far as its snapshots are concerned. */
export interface SnapshotMarks {
  readonly firstKept: Slot;
  readonly stateDurable: Slot;
  readonly learned: Slot;
  /** The least watermark of a snapshot that this node needs; undefined: it needs none. */
  readonly needed: Slot | undefined;
}

export interface SnapshotsDeps {
  readonly snapshots: SnapshotStorage;
  readonly period: SnapshotPeriod;
  /** Nobody else votes, so that nobody else could give back what is lost here. */
  readonly isAlone: boolean;
  readonly marks: () => SnapshotMarks;
  readonly send: (to: NodeId, message: SnapshotMessage) => void;
  /** Members with a link to this node. */
  readonly linked: () => readonly NodeId[];
  readonly leader: () => NodeId;
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

  constructor(deps: SnapshotsDeps) {
    this.#deps = deps;
    const { snapshots, marks, send } = deps;
    this.#keeper = new SnapshotKeeper(snapshots, deps.period);
    const want = (least: Slot): void => this.#keeper.want(least);
    this.#server = new SnapshotServer({ snapshots, marks, send, want });
    this.savers = new SnapshotSavers({ snapshots, want, learned: () => marks().learned });
    this.#fetch = new SnapshotFetch({ snapshots, send, sources: () => this.#sources() });
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
    if (!this.#deps.isAlone) return asked;
    const own = this.#deps.snapshots.latest?.watermark ?? (1 as Slot);
    return asked !== undefined && asked < own ? asked : own;
  }

  /** The log is to be shortened to what is now learned: who is alone has a snapshot made first, which goes on from there. */
  onShortening(): void {
    if (this.#deps.isAlone) this.#keeper.want(this.#deps.marks().learned);
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
    const { needed, stateDurable } = this.#deps.marks();
    this.#fetch.tick(needed, nowMs);
    // What is being fetched stays, and what is ready to be installed must not meet a snapshot half written.
    const isHandedOut = this.#server.isFetched(nowMs) || this.savers.isSaving(nowMs);
    if (this.ready === undefined && !isHandedOut) this.#keeper.tick(stateDurable);
  }

  /** What was ready is on its way to take the present state's place: nothing is begun meanwhile. */
  installing(): void {
    this.#isHeld = true;
  }

  /** It has. */
  installed(): void {
    this.#isHeld = false;
    this.#fetch.installed();
  }

  /** The leader has enough to do: it is asked last. */
  #sources(): readonly NodeId[] {
    const leader = this.#deps.leader();
    const linked = this.#deps.linked();
    const others = linked.filter((node) => node !== leader);
    return others.length === linked.length ? others : [...others, leader];
  }
}
