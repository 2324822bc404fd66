import type { Failure } from "../base/errors.ts";
import type { Slot } from "../base/ids.ts";
import type { KeyRecord, Result } from "./command.ts";

/** What became of an executed command, as it is kept for a repeat. */
export type StoredOutcome =
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "failure"; readonly failure: Failure }
  /** Executed at `revision`, but the answer was above RESULT_BYTES_MAX. */
  | { readonly kind: "too-large"; readonly revision: number };

/** One executed command in a slot's row of the exactly-once table. Times in cluster ms. */
export interface ExecutedRecord {
  readonly client: Uint8Array;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly payloadHash: number;
  readonly keepUntilMs: number;
  /** The client's own: the largest `keepUntilMs` of all that it executed up to here. */
  readonly clientKeepUntilMs: number;
  readonly outcome: StoredOutcome;
}

/** A row as it stands after its slot: absolute, so that replaying it is harmless. */
export type Row =
  | { readonly table: "keys"; readonly key: Uint8Array; readonly record: KeyRecord | undefined }
  | {
      readonly table: "executed";
      readonly slot: Slot;
      readonly records: readonly ExecutedRecord[] | undefined;
    };

/** What the machine is besides its rows; written with every slice. */
export interface MachineMeta {
  readonly revision: number;
  readonly timeMs: number;
  /** Keys alive. */
  readonly keyCount: number;
}

/** All that applying one slot changes, besides `meta`. */
export interface SlotEffects {
  readonly slot: Slot;
  readonly rows: readonly Row[];
  /** The state's meta as it stands after the slot. */
  readonly meta: MachineMeta;
}

/** The keys as of some slot. Returned arrays are the caller's to read, nobody's to change. */
export interface StateReader {
  get(key: Uint8Array): KeyRecord | undefined;
  /** Keys in [start, end), ascending; `end` undefined: to the last one. Consume it within the turn. */
  range(start: Uint8Array, end: Uint8Array | undefined): Iterable<readonly [Uint8Array, KeyRecord]>;
}
