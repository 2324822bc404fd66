import type { GroupId } from "../base/ids.ts";
import type { Clock } from "../base/seams.ts";
import type { Effects, Envelope, Write } from "../paxos/effects.ts";
import type { LogWrite, PeerRecord, Storage } from "../storage/storage.ts";

/** Writes that nobody waits for ride on the next commit, but not for longer than this. */
const LAZY_WRITE_MS_MAX = 100;

interface GroupPart {
  readonly writes: Write[];
  writeSequence: number;
}

/** What one commit carries, and what must follow once it is on disk. */
interface Gathering {
  readonly groups: Map<GroupId, GroupPart>;
  readonly peers: PeerRecord[];
  readonly held: { readonly group: GroupId; readonly envelopes: readonly Envelope[] }[];
  urgent: boolean;
  sinceMs: number;
}

export interface CommitQueueDeps {
  readonly storage: Pick<Storage, "writeLog">;
  readonly clock: Clock;
  /** The writes of `group` up to this sequence are on disk, in commit order. */
  readonly onDurable: (group: GroupId, writeSequence: number, writes: readonly Write[]) => void;
  readonly onPeerDurable: (peer: PeerRecord) => void;
  /** How long one commit took. */
  readonly onCommitted: (elapsedMs: number) => void;
  /** May leave now: everything that these speak of is on disk. */
  readonly release: (group: GroupId, envelopes: readonly Envelope[]) => void;
}

/**
 * Group commit: one commit of the log is under way at a time, and all that arrives meanwhile, of every
 * group, goes into the next. Batches grow by themselves when the disk is slow; no timer delays them.
 */
export class CommitQueue {
  readonly #deps: CommitQueueDeps;
  #gathering: Gathering | undefined;
  #writing: Gathering | undefined;

  constructor(deps: CommitQueueDeps) {
    this.#deps = deps;
  }

  /** Takes the writes of one step and the messages that must stand behind them. */
  add(group: GroupId, effects: Effects): void {
    if (effects.writes.length > 0) {
      const gathering = this.#gather();
      let part = gathering.groups.get(group);
      if (part === undefined) {
        part = { writes: [], writeSequence: 0 };
        gathering.groups.set(group, part);
      }
      for (const write of effects.writes) part.writes.push(write);
      part.writeSequence = effects.writeSequence;
      if (effects.urgent) gathering.urgent = true;
    }
    if (effects.messagesAfterWrites.length > 0) this.#hold(group, effects.messagesAfterWrites);
  }

  /** Remembers a member met for the first time, or its new start. */
  addPeer(peer: PeerRecord): void {
    const gathering = this.#gather();
    gathering.peers.push(peer);
    gathering.urgent = true;
  }

  /** Starts the next commit if none is under way and somebody waits for it, or its time has come. */
  start(): void {
    const gathering = this.#gathering;
    if (gathering === undefined || this.#writing !== undefined) return;
    if (!gathering.urgent && this.#deps.clock.nowMs() - gathering.sinceMs < LAZY_WRITE_MS_MAX) return;
    this.#gathering = undefined;
    this.#writing = gathering;
    const writes: LogWrite[] = [];
    for (const [group, part] of gathering.groups) {
      writes.push({ kind: "group", group, writes: part.writes });
    }
    for (const peer of gathering.peers) writes.push({ kind: "peer", peer });
    const startMs = this.#deps.clock.nowMs();
    this.#deps.storage.writeLog(writes, () => {
      this.#deps.onCommitted(this.#deps.clock.nowMs() - startMs);
      this.#onWritten(gathering);
    });
  }

  /** Whether a commit is under way. What only waits to ride on one that comes may be lost at any time. */
  get isWriting(): boolean {
    return this.#writing !== undefined;
  }

  #onWritten(written: Gathering): void {
    this.#writing = undefined;
    for (const [group, part] of written.groups) {
      this.#deps.onDurable(group, part.writeSequence, part.writes);
    }
    for (const peer of written.peers) this.#deps.onPeerDurable(peer);
    for (const { group, envelopes } of written.held) this.#deps.release(group, envelopes);
    this.start();
  }

  #hold(group: GroupId, envelopes: readonly Envelope[]): void {
    // Even a statement that wrote nothing may speak of a write that is still under way.
    const behind = this.#gathering ?? this.#writing;
    if (behind === undefined) {
      this.#deps.release(group, envelopes);
      return;
    }
    behind.held.push({ group, envelopes });
    if (behind === this.#gathering) behind.urgent = true;
  }

  #gather(): Gathering {
    this.#gathering ??= {
      groups: new Map(),
      peers: [],
      held: [],
      urgent: false,
      sinceMs: this.#deps.clock.nowMs(),
    };
    return this.#gathering;
  }
}
