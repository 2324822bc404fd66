import type { Conflict } from "../../base/errors.ts";
import type { KeyRecord, Operation, Result } from "../../kv/command.ts";
import type { Ended } from "./model.ts";
import { demand } from "./violation.ts";

/** Whatever has an effect on the store, or shows it, at one moment. Keys in `ended` are as text. */
export type StoreOperation =
  | Operation
  | { readonly kind: "get"; readonly key: Uint8Array }
  | { readonly kind: "range"; readonly start: Uint8Array; readonly end: Uint8Array | undefined }
  /** The time of these keys was over. */
  | { readonly kind: "ended"; readonly keys: readonly string[] };

export type StoreAnswer =
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "record"; readonly record: KeyRecord | undefined }
  /** All keys of the range, ascending. */
  | {
      readonly kind: "range";
      readonly items: readonly { readonly key: Uint8Array; readonly record: KeyRecord }[];
    }
  /** A condition did not hold. */
  | { readonly kind: "conflict"; readonly conflict: Conflict | undefined }
  | { readonly kind: "ended" };

export interface StoreCall {
  readonly client: string;
  readonly operation: StoreOperation;
  /** Positions in one order of all calls and answers. */
  readonly invoked: number;
  /** Undefined: nobody was ever told what became of it. */
  returned: number | undefined;
  answer: StoreAnswer | undefined;
  /** The store's as the answer told it; refusals tell none. */
  revision: number | undefined;
  readonly revisionFloor: number;
}

/**
 * The calls and answers of clients that change the same few keys by every operation there is, in the order in which
 * the lab saw them. When a key's time is over, only the log knows: it is noted as an operation of the log's own,
 * which may take effect once its slot is chosen, and has taken effect before anybody is told of its revision.
 */
export class CallLog {
  readonly #calls: StoreCall[] = [];
  #ending: StoreCall[] = [];
  #order = 0;
  #revisionMax = 0;

  /** In the order of their calls. */
  get calls(): readonly StoreCall[] {
    return this.#calls;
  }

  /** The greatest revision that anybody was told of. */
  get revisionMax(): number {
    return this.#revisionMax;
  }

  /** Anybody was told of a revision of the store. */
  onRevision(revision: number): void {
    this.#revisionMax = Math.max(this.#revisionMax, revision);
    const told = this.#ending.filter((call) => (call.revision ?? 0) <= revision);
    if (told.length === 0) return;
    this.#ending = this.#ending.filter((call) => !told.includes(call));
    for (const call of told) call.returned = this.#next();
  }

  invoke(client: string, operation: StoreOperation): StoreCall {
    const call: StoreCall = {
      client,
      operation,
      invoked: this.#next(),
      returned: undefined,
      answer: undefined,
      revision: undefined,
      revisionFloor: this.#revisionMax,
    };
    this.#calls.push(call);
    return call;
  }

  /** `revision` undefined: the answer did not tell. */
  finish(call: StoreCall, answer: StoreAnswer, revision: number | undefined): void {
    if (revision !== undefined) {
      demand(
        revision >= call.revisionFloor,
        "revisions keep real time",
        () => `${call.client} was answered at ${revision}, after ${call.revisionFloor} had been told of`,
      );
      this.onRevision(revision);
    }
    call.returned = this.#next();
    call.answer = answer;
    call.revision = revision;
  }

  /** It surely had no effect, and told nothing. */
  drop(call: StoreCall): void {
    const at = this.#calls.lastIndexOf(call);
    if (at >= 0) this.#calls.splice(at, 1);
  }

  onEnded({ revision, keys }: Ended): void {
    const call = this.invoke("log", { kind: "ended", keys });
    call.answer = { kind: "ended" };
    call.revision = revision;
    this.#ending.push(call);
  }

  #next(): number {
    this.#order += 1;
    return this.#order;
  }
}
