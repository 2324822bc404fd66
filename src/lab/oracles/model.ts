import { assert, unreachable } from "../../base/assert.ts";
import { equalBytes } from "../../base/bytes.ts";
import type { Slot } from "../../base/ids.ts";
import { RESULT_GRACE_MS } from "../../base/limits.ts";
import type { Batch, Command, KeyRecord, Operation, Result } from "../../kv/command.ts";
import { keyText } from "../../kv/key-text.ts";
import { FRESH_META, type MachineMeta } from "../../kv/state.ts";
import { demand } from "./violation.ts";

/** What the lab's clients ask for, so far: puts and deletes without a condition. */
type Modelled = Extract<Operation, { kind: "put" | "delete" }>;
type ModelledResult = Extract<Result, { kind: "put" | "delete" }>;

/** One command that took effect, remembered for ever. Times in cluster ms. */
export interface Execution {
  readonly slot: Slot;
  readonly command: Command;
  readonly result: ModelledResult;
  readonly keepUntilMs: number;
  /** What the client had acknowledged, and the longest any of its results is kept, as of this execution. */
  readonly acknowledged: number;
  readonly clientKeepUntilMs: number;
}

interface Change {
  readonly slot: Slot;
  readonly revision: number;
  /** Undefined: deleted. */
  readonly record: KeyRecord | undefined;
}

/** `CLIENT:SEQUENCE` of a command, the client in the form of a map's key. */
export function executionKey(client: Uint8Array, sequence: number): string {
  return `${keyText(client)}:${sequence}`;
}

/**
 * The state machine once more, as plainly as can be: every chosen batch in slot order on a map that keeps all
 * its past, and a record of every request for ever. Whatever was executed, was executed once (I20).
 */
export class Model {
  readonly #changes = new Map<string, Change[]>();
  readonly #executions = new Map<string, Execution>();
  /** In the order of execution. */
  readonly #ordered: Execution[] = [];
  readonly #latest = new Map<string, Execution>();
  /** By watermark, less one. */
  readonly #metas: MachineMeta[] = [FRESH_META];

  /** One past the last slot that was applied. */
  get watermark(): number {
    return this.#metas.length;
  }

  /** In the order of execution. */
  get executions(): readonly Execution[] {
    return this.#ordered;
  }

  keys(): IterableIterator<string> {
    return this.#changes.keys();
  }

  /** The next slot's batch; undefined for a slot that holds no commands. */
  apply(slot: Slot, batch: Batch | undefined): void {
    demand(
      slot === this.watermark,
      "I14 the model sees every slot",
      () => `${slot} after ${this.watermark - 1}`,
    );
    const before = this.metaAt(slot);
    const meta = { ...before, timeMs: Math.max(before.timeMs, batch?.stampMs ?? 0) };
    for (const command of batch?.commands ?? []) this.#perform(slot, command, meta);
    this.#metas.push(meta);
  }

  /** After all slots below `watermark`. */
  metaAt(watermark: number): MachineMeta {
    const meta = this.#metas[watermark - 1];
    demand(meta !== undefined, "I14 applied is chosen", () => `nobody has learned up to ${watermark}`);
    return meta;
  }

  /** What the key holds after all slots below `watermark`. */
  recordAt(key: string, watermark: number): KeyRecord | undefined {
    return lastOf(this.#changes.get(key), (change) => change.slot < watermark)?.record;
  }

  /** What the key holds at a revision of the store. */
  recordAtRevision(key: string, revision: number): KeyRecord | undefined {
    return lastOf(this.#changes.get(key), (change) => change.revision <= revision)?.record;
  }

  /** The execution of a request, if it was ever executed. */
  executionOf(key: string): Execution | undefined {
    return this.#executions.get(key);
  }

  #perform(slot: Slot, command: Command, meta: { revision: number; timeMs: number; keyCount: number }): void {
    const { client, sequence, acknowledged, deadlineMs } = command.identity;
    const latest = this.#latest.get(keyText(client));
    const known = latest !== undefined && meta.timeMs <= latest.clientKeepUntilMs ? latest : undefined;
    const key = executionKey(client, sequence);
    const isRepeat = this.#executions.has(key);
    if (known !== undefined && sequence <= known.acknowledged) return;
    if (meta.timeMs > deadlineMs) return;
    // Before its deadline a repeat finds the record of the first time: the answer is kept longer than that.
    if (isRepeat) return;
    const { operation } = command;
    assert(isModelled(operation), `the model knows no ${operation.kind}, or no condition of it`);
    const result = this.#execute(slot, operation, meta);
    const keepUntilMs = deadlineMs + RESULT_GRACE_MS;
    const execution: Execution = {
      slot,
      command,
      result,
      keepUntilMs,
      acknowledged: Math.max(known?.acknowledged ?? 0, acknowledged),
      clientKeepUntilMs: Math.max(known?.clientKeepUntilMs ?? 0, keepUntilMs),
    };
    this.#executions.set(key, execution);
    this.#latest.set(keyText(client), execution);
    this.#ordered.push(execution);
  }

  #execute(slot: Slot, operation: Modelled, meta: { revision: number; keyCount: number }): ModelledResult {
    const key = keyText(operation.key);
    let changes = this.#changes.get(key);
    if (changes === undefined) {
      changes = [];
      this.#changes.set(key, changes);
    }
    const before = changes.at(-1)?.record;
    const previous = operation.previous ? before : undefined;
    switch (operation.kind) {
      case "put": {
        const revision = ++meta.revision;
        const createRevision = before?.createRevision ?? revision;
        const version = (before?.version ?? 0) + 1;
        if (before === undefined) meta.keyCount++;
        const record = { value: operation.value, createRevision, modRevision: revision, version, leaseId: 0 };
        changes.push({ slot, revision, record });
        return { kind: "put", revision, createRevision, version, previous };
      }
      case "delete": {
        if (before === undefined)
          return { kind: "delete", revision: meta.revision, deleted: false, previous };
        const revision = ++meta.revision;
        meta.keyCount--;
        changes.push({ slot, revision, record: undefined });
        return { kind: "delete", revision, deleted: true, previous };
      }
      default:
        return unreachable(operation);
    }
  }
}

export function equalRecords(left: KeyRecord | undefined, right: KeyRecord | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return (
    left.modRevision === right.modRevision &&
    left.createRevision === right.createRevision &&
    left.version === right.version &&
    left.leaseId === right.leaseId &&
    (left.value === right.value || equalBytes(left.value, right.value))
  );
}

function isModelled(operation: Operation): operation is Modelled {
  return (operation.kind === "put" || operation.kind === "delete") && operation.condition === undefined;
}

export function equalResults(left: Result, right: ModelledResult): boolean {
  if (left.kind !== "put" && left.kind !== "delete") return false;
  if (left.revision !== right.revision || !equalRecords(left.previous, right.previous)) return false;
  if (left.kind === "delete") return right.kind === "delete" && left.deleted === right.deleted;
  return (
    right.kind === "put" && left.createRevision === right.createRevision && left.version === right.version
  );
}

/** The last of those that `holds` is true of; it is of the first ones up to some point. */
function lastOf(
  changes: readonly Change[] | undefined,
  holds: (change: Change) => boolean,
): Change | undefined {
  if (changes === undefined) return undefined;
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(changes[middle] as Change)) low = middle + 1;
    else high = middle;
  }
  return changes[low - 1];
}
