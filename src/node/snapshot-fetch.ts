import { unreachable } from "../base/assert.ts";
import { equalBytes } from "../base/bytes.ts";
import type { NodeId, Slot } from "../base/ids.ts";
import { CHUNKS_ASKED_MAX, SNAPSHOT_BYTES_PER_SECOND } from "../base/limits.ts";
import type { SnapshotManifest, SnapshotReceiver, SnapshotStorage } from "../storage/snapshot.ts";
import type { SnapshotMessage } from "../wire/snapshot-codec.ts";

/** Whoever has not answered the question for a snapshot after this long is passed over. */
const ANSWER_MS = 1000;
/** One that is being made, and members none of which has one, are asked again after this long. */
const PATIENCE_MS = 300;
/** No chunk of those asked for has come for so long: the sender is gone. */
const SILENCE_MS = 3000;
/** So that the sender keeps the log that follows, while the state is being built. */
const REMIND_MS = 5000;
/** Without hope for so long, an operator is told. */
const VAIN_MS = 10_000;
/** What is received, the state that is built of it, and what the pages of that take more than its rows. */
const ROOM_FACTOR = 3;
/** Without room for it nobody is asked again for so long. */
const NO_ROOM_MS = 1000;
/** Chunks that are not what they should be before somebody else is asked. */
const WRONG_CHUNKS_MAX = 3;

export interface SnapshotFetchDeps {
  readonly snapshots: SnapshotStorage;
  readonly send: (to: NodeId, message: SnapshotMessage) => void;
  /** Members with a link, in the order in which they are to be asked. */
  readonly sources: () => readonly NodeId[];
  /** Whether so many bytes fit on the disk besides all that is there. */
  readonly hasRoomFor: (bytes: number) => boolean;
}

/** What is on disk, verified, and waits to take the present state's place. */
export interface ReadyState {
  readonly manifest: SnapshotManifest;
  /** Its number. */
  readonly state: number;
}

interface Receiving {
  readonly kind: "receiving";
  readonly source: NodeId;
  readonly receiver: SnapshotReceiver;
  /** Chunks asked for, or being written. */
  readonly underWay: Map<number, "asked" | "writing">;
  next: number;
  /** Pacing: nothing is asked for before. */
  askMs: number;
  heardMs: number;
  wrong: number;
}

type State =
  | { readonly kind: "idle"; readonly untilMs: number }
  | { readonly kind: "asking"; readonly source: NodeId; readonly sentMs: number; readonly isMaking: boolean }
  | Receiving
  | {
      readonly kind: "building";
      readonly source: NodeId;
      readonly receiver: SnapshotReceiver;
      remindMs: number;
    }
  | { readonly kind: "ready"; readonly receiver: SnapshotReceiver; readonly ready: ReadyState };

const IDLE: State = { kind: "idle", untilMs: 0 };

/**
 * Gets the snapshot that this node needs from another member: asks for one, pulls its chunks, a few at a time
 * and no faster than is good for the cluster, and has a state built of them. What is here already, of before a
 * restart of either side too, is not asked for again while the sender still has the same snapshot.
 */
export class SnapshotFetch {
  readonly #deps: SnapshotFetchDeps;
  #state: State = IDLE;
  #least: Slot | undefined;
  /** Who was asked last. */
  #asked: NodeId | undefined;
  /** So many members are still to be asked for the very snapshot of which chunks are here. */
  #asksForSame: number | undefined;
  /** When there was hope last. */
  #hopeMs: number | undefined;
  /** What was offered last does not fit on the disk: a commit that finds no room would end the process. */
  lacksRoom = false;

  constructor(deps: SnapshotFetchDeps) {
    this.#deps = deps;
  }

  get ready(): ReadyState | undefined {
    return this.#state.kind === "ready" ? this.#state.ready : undefined;
  }

  /** Nobody has given the snapshot that is needed, or has begun to make one, for so long that waiting may not help. */
  isInVain(nowMs: number): boolean {
    return this.#hopeMs !== undefined && nowMs - this.#hopeMs >= VAIN_MS;
  }

  get isIdle(): boolean {
    return this.#state.kind === "idle";
  }

  /** `least`: the least watermark that helps; undefined: nothing is needed any more. */
  tick(least: Slot | undefined, nowMs: number): void {
    this.#least = least;
    if (least === undefined) this.lacksRoom = false;
    const state = this.#state;
    const isHoping = state.kind === "asking" ? state.isMaking : state.kind !== "idle";
    if (this.#hopeMs === undefined || isHoping || least === undefined) this.#hopeMs = nowMs;
    if (this.#isUseless(state)) return this.#abandon();
    switch (state.kind) {
      case "idle":
        if (least !== undefined && nowMs >= state.untilMs) this.#askNext(nowMs);
        return;
      case "asking":
        if (state.isMaking && nowMs - state.sentMs >= PATIENCE_MS) this.#ask(state.source, nowMs);
        else if (nowMs - state.sentMs >= ANSWER_MS) this.#askNext(nowMs);
        return;
      case "receiving":
        if (isSilent(state, nowMs)) this.#resume(nowMs);
        else this.#askChunks(state, nowMs);
        return;
      case "building":
        if (nowMs < state.remindMs) return;
        state.remindMs = nowMs + REMIND_MS;
        this.#sendAsk(state.source, state.receiver.manifest.hash);
        return;
      case "ready":
        return;
      default:
        unreachable(state);
    }
  }

  onOffer(from: NodeId, offer: Extract<SnapshotMessage, { kind: "snapshot-offer" }>, nowMs: number): void {
    const state = this.#state;
    if (state.kind !== "asking" || state.source !== from || this.#least === undefined) return;
    if (offer.answer === "making") {
      this.#state = { ...state, sentMs: nowMs, isMaking: true };
      return;
    }
    const { snapshots } = this.#deps;
    const manifest = offer.answer === "offered" ? snapshots.manifestOf(offer.manifest) : undefined;
    if (manifest === undefined || manifest.watermark < this.#least) return this.#askNext(nowMs);
    this.lacksRoom = !this.#deps.hasRoomFor(ROOM_FACTOR * manifest.bytes);
    if (this.lacksRoom) {
      this.#state = { kind: "idle", untilMs: nowMs + NO_ROOM_MS };
      return;
    }
    this.#asksForSame = undefined;
    const receiving: Receiving = {
      kind: "receiving",
      source: from,
      receiver: snapshots.receive(manifest),
      underWay: new Map(),
      next: 0,
      askMs: nowMs,
      heardMs: nowMs,
      wrong: 0,
    };
    this.#state = receiving;
    this.#askChunks(receiving, nowMs);
  }

  onChunk(from: NodeId, chunk: Extract<SnapshotMessage, { kind: "chunk" }>, nowMs: number): void {
    const state = this.#state;
    const { index, hash, content } = chunk;
    if (state.kind !== "receiving" || state.source !== from) return;
    if (!equalBytes(hash, state.receiver.manifest.hash) || state.underWay.get(index) !== "asked") return;
    if (content === undefined) return this.#askNext(nowMs);
    state.heardMs = nowMs;
    const onDisk = (): void => {
      state.underWay.delete(index);
      if (this.#state === state) this.#buildIfWhole(state);
    };
    if (state.receiver.add(index, content, onDisk)) {
      state.underWay.set(index, "writing");
      this.#askChunks(state, nowMs);
    } else if (++state.wrong >= WRONG_CHUNKS_MAX) {
      state.receiver.abandon();
      this.#askNext(nowMs);
    } else this.#deps.send(from, { kind: "chunk-ask", hash, index });
  }

  /** What was ready has taken the present state's place. */
  installed(): void {
    this.#state = IDLE;
  }

  #isUseless(state: State): boolean {
    const least = this.#least;
    switch (state.kind) {
      case "idle":
        return false;
      case "asking":
        return least === undefined;
      case "receiving":
      case "ready":
        return least === undefined || state.receiver.manifest.watermark < least;
      // It ends by itself.
      case "building":
        return false;
      default:
        return unreachable(state);
    }
  }

  #abandon(): void {
    const state = this.#state;
    if (state.kind === "receiving" || state.kind === "ready") state.receiver.abandon();
    this.#state = IDLE;
    this.#asksForSame = undefined;
  }

  /** The sender is gone: perhaps it comes back with the same snapshot, or somebody else has it. */
  #resume(nowMs: number): void {
    this.#asksForSame = undefined;
    this.#askNext(nowMs);
  }

  #askNext(nowMs: number): void {
    const sources = this.#deps.sources();
    const place = this.#asked === undefined ? -1 : sources.indexOf(this.#asked);
    const source = sources[(place + 1) % sources.length];
    if (source === undefined) {
      this.#state = { kind: "idle", untilMs: nowMs + PATIENCE_MS };
      return;
    }
    // All were asked: what some of them is to make takes its time.
    const isRound = place + 1 >= sources.length && this.#state.kind === "asking";
    if (isRound) {
      this.#asked = undefined;
      this.#state = { kind: "idle", untilMs: nowMs + PATIENCE_MS };
      return;
    }
    if (this.#deps.snapshots.receiving !== undefined) this.#asksForSame ??= sources.length;
    this.#ask(source, nowMs);
  }

  #ask(source: NodeId, nowMs: number): void {
    this.#asked = source;
    this.#state = { kind: "asking", source, sentMs: nowMs, isMaking: false };
    const { receiving } = this.#deps.snapshots;
    const isForSame = receiving !== undefined && (this.#asksForSame ?? 0) > 0;
    if (isForSame) this.#asksForSame = (this.#asksForSame ?? 0) - 1;
    this.#sendAsk(source, isForSame ? receiving.manifest.hash : undefined);
  }

  #sendAsk(to: NodeId, hash: Uint8Array | undefined): void {
    if (this.#least !== undefined) this.#deps.send(to, { kind: "snapshot-ask", least: this.#least, hash });
  }

  #askChunks(state: Receiving, nowMs: number): void {
    const { manifest } = state.receiver;
    const { chunks, bytes, hash } = manifest;
    while (state.underWay.size < CHUNKS_ASKED_MAX && nowMs >= state.askMs) {
      const index = state.receiver.nextMissing(state.next);
      if (index >= chunks) break;
      if (state.underWay.size === 0) state.heardMs = nowMs;
      state.next = index + 1;
      // What was not asked for in time is not made up for: a pause must not be followed by a flood.
      const startMs = Math.max(state.askMs, nowMs - TICKS_BEHIND_MS);
      state.askMs = startMs + (bytes / chunks / SNAPSHOT_BYTES_PER_SECOND) * 1000;
      state.underWay.set(index, "asked");
      this.#deps.send(state.source, { kind: "chunk-ask", hash, index });
    }
    this.#buildIfWhole(state);
  }

  #buildIfWhole(state: Receiving): void {
    const { receiver } = state;
    if (state.underWay.size > 0 || receiver.nextMissing(0) < receiver.manifest.chunks) return;
    const building: State = { kind: "building", source: state.source, receiver, remindMs: 0 };
    this.#state = building;
    receiver.build((built) => {
      if (this.#state !== building) return;
      if (built.kind === "damaged") this.#state = IDLE;
      else {
        const ready = { manifest: receiver.manifest, state: built.state };
        this.#state = { kind: "ready", receiver, ready };
      }
    });
  }
}

/** Late by no more than this, a chunk is asked for as if it were in time. */
const TICKS_BEHIND_MS = 20;

function isSilent({ underWay, heardMs }: Receiving, nowMs: number): boolean {
  if (nowMs - heardMs < SILENCE_MS) return false;
  return [...underWay.values()].includes("asked");
}
