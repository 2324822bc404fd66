import { equalBytes, toHex } from "../../base/bytes.ts";
import type { Slot } from "../../base/ids.ts";
import { keyText } from "../../kv/key-text.ts";
import type { ExecutedRecord } from "../../kv/state.ts";
import type { MemoryState } from "../../storage/memory-disk.ts";
import { type Execution, equalRecords, equalResults, type Model } from "./model.ts";
import { demand } from "./violation.ts";

/**
 * Holds the state that a member has on disk to what the model has at the same watermark: every key, and in
 * the exactly-once table nothing wrong and all that may still be asked for (I18, I24, I25).
 */
export function checkState(name: string, state: MemoryState, model: Model): void {
  const { watermark, meta } = state;
  const expected = model.metaAt(watermark);
  demand(
    meta.revision === expected.revision &&
      meta.timeMs === expected.timeMs &&
      meta.keyCount === expected.keyCount,
    "I18 a state is what its slots make of it",
    () => `${name} at ${watermark}: ${JSON.stringify(meta)} instead of ${JSON.stringify(expected)}`,
  );
  checkKeys(name, state, model);
  checkTable(name, state, model);
}

function checkKeys(name: string, { keys, watermark }: MemoryState, model: Model): void {
  let expected = 0;
  for (const key of model.keys()) if (model.recordAt(key, watermark) !== undefined) expected++;
  demand(
    keys.length === expected,
    "I18 a state is what its slots make of it",
    () => `${name} at ${watermark} has ${keys.length} keys instead of ${expected}`,
  );
  for (const [key, record] of keys) {
    const right = model.recordAt(keyText(key), watermark);
    demand(
      equalRecords(record, right),
      "I18 a state is what its slots make of it",
      () =>
        `${name} at ${watermark} has key ${keyText(key)} at revision ${record.modRevision}, version ` +
        `${record.version}, instead of ${right?.modRevision ?? "none"}, ${right?.version ?? "none"}`,
    );
  }
}

function checkTable(name: string, { executed, watermark }: MemoryState, model: Model): void {
  const { timeMs } = model.metaAt(watermark);
  const rows = new Map<Slot, Execution[]>();
  const latest = new Map<string, Execution>();
  for (const execution of model.executions) {
    if (execution.slot >= watermark) break;
    const row = rows.get(execution.slot);
    if (row === undefined) rows.set(execution.slot, [execution]);
    else row.push(execution);
    latest.set(keyText(execution.command.identity.client), execution);
  }
  for (const [slot, records] of executed) {
    const right = rows.get(slot) ?? [];
    demand(
      records.length === right.length && records.every((record, at) => isRecordOf(record, right[at])),
      "I24 the exactly-once table says what was executed",
      () =>
        `${name} at ${watermark}: the row of slot ${slot} has ${records.length} for ${right.length} records`,
    );
  }
  for (const [slot, row] of rows) {
    if (executed.has(slot)) continue;
    const missed = row.find((execution) => isWanted(execution, latest, timeMs));
    demand(
      missed === undefined,
      "I24 the exactly-once table forgets nothing too early",
      () =>
        `${name} at ${watermark} has dropped slot ${slot}, ` +
        `with request ${missed?.command.identity.sequence} of ${toHex(missed?.command.identity.client ?? new Uint8Array(0)).slice(0, 8)}`,
    );
  }
}

function isRecordOf(record: ExecutedRecord, execution: Execution | undefined): boolean {
  if (execution === undefined) return false;
  const { identity } = execution.command;
  return (
    equalBytes(record.client, identity.client) &&
    record.sequence === identity.sequence &&
    record.acknowledged === execution.acknowledged &&
    record.keepUntilMs === execution.keepUntilMs &&
    record.clientKeepUntilMs === execution.clientKeepUntilMs &&
    isOutcomeOf(record.outcome, execution)
  );
}

function isOutcomeOf(outcome: ExecutedRecord["outcome"], { result }: Execution): boolean {
  switch (outcome.kind) {
    case "result":
      return equalResults(outcome.result, result);
    case "too-large":
      return outcome.revision === result.revision && result.previous !== undefined;
    case "failure":
      return false;
  }
}

/** Whether a repeat may still be answered from it, or it is what says how far its client has acknowledged. */
function isWanted(execution: Execution, latest: ReadonlyMap<string, Execution>, timeMs: number): boolean {
  const { client, sequence } = execution.command.identity;
  const last = latest.get(keyText(client));
  if (last === undefined || timeMs > last.clientKeepUntilMs) return false;
  return last === execution || (sequence > last.acknowledged && timeMs <= execution.keepUntilMs);
}
