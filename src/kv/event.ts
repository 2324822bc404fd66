import type { KeyRecord } from "./command.ts";
import type { Effort } from "./effort.ts";

/** A change of one key: what a watch tells, and what the history keeps. */
export interface KeyEvent {
  readonly key: Uint8Array;
  /** Shared by all changes of one request. */
  readonly revision: number;
  /** As it is after the change; undefined: the key was deleted, or its time was over. */
  readonly record: KeyRecord | undefined;
  /** The revision of the change of this key before it, a delete included; 0 when none is known. */
  readonly previousRevision: number;
}

/**
 * The changes of the retained window, as of the last applied slot. Nothing may be applied while one of
 * the iterations is under way: consume it within the turn, and leave it early at will.
 */
export interface EventReader {
  /** The store's revision: that of the last change. */
  readonly revision: number;
  /** The greatest revision whose changes are forgotten; 0 when none are. */
  readonly compacted: number;
  /** Changes at `from` and later, in the order in which they were made; `from` is above `compacted`. */
  events(from: number): Iterable<KeyEvent>;
  /** A key's change at exactly `revision`, which is one of its own and above `compacted`. */
  at(key: Uint8Array, revision: number, effort?: Effort): KeyEvent;
  /** The revision of a key's last change; 0 when none is known. */
  newest(key: Uint8Array): number;
}
