import { equalBytes } from "../base/bytes.ts";
import { failure } from "../base/errors.ts";
import type { Slot } from "../base/ids.ts";
import type { SnapshotManifest, SnapshotStorage } from "../storage/snapshot.ts";
import type { LinkId } from "../transport/service.ts";
import type { ReplyBody, Request, SnapshotRequest } from "../wire/client-messages.ts";

/** Whoever saves a snapshot and asks for nothing for so long is gone: the snapshot may be replaced. */
const SAVING_MS = 30_000;

export type SaverRequest = Extract<Request, { kind: "snapshot" | "chunk" }>;

/** When a saver asks. */
export interface SaverMoment {
  /** Monotonic. */
  readonly nowMs: number;
  /** Cluster time. */
  readonly timeMs: number;
}

export interface SnapshotSaversDeps {
  readonly snapshots: SnapshotStorage;
  readonly want: (least: Slot) => void;
  readonly learned: () => Slot;
  /** Whether there is room on the disk for a new one. */
  readonly hasRoom: () => boolean;
}

/**
 * Hands the own snapshot to operators who save it. While one does it stays what it is; of the log nothing is kept
 * for them, since what they make of it goes on by itself.
 */
export class SnapshotSavers {
  readonly #deps: SnapshotSaversDeps;
  /** When each asked last. */
  readonly #asked = new Map<LinkId, number>();

  constructor(deps: SnapshotSaversDeps) {
    this.#deps = deps;
  }

  answer(link: LinkId, request: SaverRequest, moment: SaverMoment): ReplyBody {
    return request.kind === "snapshot"
      ? this.#offer(link, request, moment)
      : this.#chunk(link, request, moment.nowMs);
  }

  /** Whether somebody is saving: until that has ended the snapshot stays what it is. */
  isSaving(nowMs: number): boolean {
    for (const [link, askedMs] of this.#asked) if (nowMs - askedMs >= SAVING_MS) this.#asked.delete(link);
    return this.#asked.size > 0;
  }

  #offer(link: LinkId, request: SnapshotRequest, { nowMs, timeMs }: SaverMoment): ReplyBody {
    const { snapshots, want, learned, hasRoom } = this.#deps;
    const { least, maxAgeMs } = request;
    const { latest } = snapshots;
    if (latest !== undefined && (latest.watermark >= least || isYoung(latest, timeMs, maxAgeMs))) {
      this.#asked.set(link, nowMs);
      const { encoded: manifest, hash, chunks } = latest;
      return { kind: "snapshot", offered: { manifest, hash, chunks } };
    }
    if (learned() < least) {
      const reason = failure("behind", "not_applied", "this node has not learned so much yet; ask another");
      return { kind: "failure", failure: reason };
    }
    if (!hasRoom()) {
      const message =
        "the disk of this node has no room for a new snapshot: make room on it, ask another node, or take one that is older";
      return { kind: "failure", failure: failure("no_space", "not_applied", message) };
    }
    want(least);
    return { kind: "snapshot", offered: undefined };
  }

  #chunk(link: LinkId, { hash, index }: Extract<Request, { kind: "chunk" }>, nowMs: number): ReplyBody {
    const { snapshots } = this.#deps;
    const { latest } = snapshots;
    if (latest === undefined || !equalBytes(latest.hash, hash) || index >= latest.chunks) {
      return { kind: "chunk", content: undefined };
    }
    this.#asked.set(link, nowMs);
    // The last one: nothing is asked for after it.
    if (index === latest.chunks - 1) this.#asked.delete(link);
    return { kind: "chunk", content: snapshots.readChunk(index) };
  }
}

/** Whether all that happened longer ago is in it. */
function isYoung({ machine }: SnapshotManifest, timeMs: number, maxAgeMs: number): boolean {
  return maxAgeMs > 0 && machine.timeMs >= timeMs - maxAgeMs;
}
