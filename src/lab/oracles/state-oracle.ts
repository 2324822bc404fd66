import { unreachable } from "../../base/assert.ts";
import { equalBytes, toHex } from "../../base/bytes.ts";
import { RESULT_BYTES_MAX } from "../../base/limits.ts";
import { keyText } from "../../kv/key-text.ts";
import type { ExecutedRecord } from "../../kv/state.ts";
import type { MemoryState } from "../../storage/memory-disk.ts";
import { equalData } from "./equal-data.ts";
import { type Execution, equalRecords, type Model } from "./model.ts";
import type { PlainOutcome } from "./plain-refusal.ts";
import { valueBytesOf } from "./value-bytes.ts";
import type { Verified } from "./verified.ts";
import { demand } from "./violation.ts";

/** What an answer takes besides the values in it. */
const RESULT_FIXED_BYTES = 64;

/**
 * Holds the state that a member has on disk to what the model has at the same watermark: every key, what
 * ends by itself, and in the exactly-once table nothing wrong and all that may still be asked for (I18, I24, I25).
 */
export function checkState(name: string, state: MemoryState, model: Model, verified: Verified): void {
  const { watermark, meta } = state;
  const expected = model.metaAt(watermark);
  demand(
    equalData(meta, expected),
    "I18 a state is what its slots make of it",
    () => `${name} at ${watermark}: ${JSON.stringify(meta)} instead of ${JSON.stringify(expected)}`,
  );
  checkKeys(name, state, model, verified);
  checkEnds(name, state, model);
  checkTable(name, state, model, verified);
}

function checkKeys(name: string, { keys, watermark }: MemoryState, model: Model, verified: Verified): void {
  let expected = 0;
  for (const key of model.keys()) if (model.recordAt(key, watermark) !== undefined) expected++;
  demand(
    keys.length === expected,
    "I18 a state is what its slots make of it",
    () => `${name} at ${watermark} has ${keys.length} keys instead of ${expected}`,
  );
  for (const [key, record] of keys) {
    const right = model.recordAt(keyText(key), watermark);
    if (right !== undefined && verified.has(record, right)) continue;
    demand(
      equalRecords(record, right),
      "I18 a state is what its slots make of it",
      () =>
        `${name} at ${watermark} has key ${keyText(key)} at revision ${record.modRevision}, version ` +
        `${record.version}, instead of ${right?.modRevision ?? "none"}, ${right?.version ?? "none"}`,
    );
    if (right !== undefined) verified.add(record, right);
  }
}

/** Every lease, every key's time and every principal, and no others. */
function checkEnds(
  name: string,
  { leases, expiries, principals, watermark }: MemoryState,
  model: Model,
): void {
  demand(
    equalMaps(leases, model.leasesAt(watermark)) &&
      equalMaps(expiries, model.endsAt(watermark)) &&
      equalMaps(principals, model.principalsAt(watermark)),
    "I18 a state is what its slots make of it",
    () =>
      `${name} at ${watermark} has ${[leases, expiries, principals].map(textOf)} instead of ` +
      `${[model.leasesAt(watermark), model.endsAt(watermark), model.principalsAt(watermark)].map(textOf)}`,
  );
}

function equalMaps<Key>(left: ReadonlyMap<Key, unknown>, right: ReadonlyMap<Key, unknown>): boolean {
  return left.size === right.size && [...left].every(([key, content]) => equalData(content, right.get(key)));
}

function textOf(map: ReadonlyMap<unknown, unknown>): string {
  return JSON.stringify([...map].sort());
}

function checkTable(
  name: string,
  { executed, watermark }: MemoryState,
  model: Model,
  verified: Verified,
): void {
  const { timeMs } = model.metaAt(watermark);
  for (const [slot, records] of executed) {
    const right = slot < watermark ? (model.executions.get(slot) ?? []) : [];
    if (verified.has(records, right)) continue;
    demand(
      records.length === right.length &&
        records.every((record, at) => isRecordOf(record, right[at], verified)),
      "I24 the exactly-once table says what was executed",
      () =>
        `${name} at ${watermark}: the row of slot ${slot} has ${records.length} for ${right.length} records`,
    );
    verified.add(records, right);
  }
  for (const [slot, row] of model.executions) {
    if (slot >= watermark) break;
    if (executed.has(slot)) continue;
    const missed = row.find((execution) => isWanted(execution, { model, watermark, timeMs }));
    demand(
      missed === undefined,
      "I24 the exactly-once table forgets nothing too early",
      () =>
        `${name} at ${watermark} has dropped slot ${slot}, ` +
        `with request ${missed?.command.identity.sequence} of ${toHex(missed?.command.identity.client ?? new Uint8Array(0)).slice(0, 8)}`,
    );
  }
  demand(
    verified.isKeptAt(watermark, executed.keys()),
    "I3 equal states on disk",
    () => `${name} at ${watermark} has other rows of the exactly-once table than another member there`,
  );
}

function isRecordOf(record: ExecutedRecord, execution: Execution | undefined, verified: Verified): boolean {
  if (execution === undefined) return false;
  const { identity } = execution.command;
  return (
    equalBytes(record.client, identity.client) &&
    record.sequence === identity.sequence &&
    record.acknowledged === execution.acknowledged &&
    record.keepUntilMs === execution.keepUntilMs &&
    record.clientKeepUntilMs === execution.clientKeepUntilMs &&
    isOutcomeOf(record.outcome, execution) &&
    verified.isHashOf(execution, record.payloadHash)
  );
}

function isOutcomeOf(stored: ExecutedRecord["outcome"], { outcome, revision }: Execution): boolean {
  switch (stored.kind) {
    case "result":
      return outcome.kind === "result" && !isTooLarge(outcome) && equalData(stored.result, outcome.result);
    case "too-large":
      return outcome.kind === "result" && isTooLarge(outcome) && stored.revision === revision;
    case "failure": {
      const { code, conflict } = stored.failure;
      return equalData(outcome, { kind: "failure", code, conflict });
    }
    default:
      return unreachable(stored);
  }
}

/** Whether the answer is more than is kept of one. */
function isTooLarge({ result }: Extract<PlainOutcome, { kind: "result" }>): boolean {
  const bytes = valueBytesOf(result);
  return bytes > 0 && bytes + RESULT_FIXED_BYTES > RESULT_BYTES_MAX;
}

/** Whether a repeat may still be answered from it, or it is what says how far its client has acknowledged. */
function isWanted(
  execution: Execution,
  at: { readonly model: Model; readonly watermark: number; readonly timeMs: number },
): boolean {
  const last = at.model.lastOfClient(execution, at.watermark);
  if (last === undefined || at.timeMs > last.clientKeepUntilMs) return false;
  const { sequence } = execution.command.identity;
  return last === execution || (sequence > last.acknowledged && at.timeMs <= execution.keepUntilMs);
}
