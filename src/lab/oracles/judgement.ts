import { keyText } from "../../kv/key-text.ts";
import type { StoreCall } from "./call-log.ts";
import type { History, Operation } from "./history.ts";
import { historyLines } from "./history.ts";
import { groupText, minimalText } from "./history-text.ts";
import { checkKey } from "./key-checker.ts";
import { minimise, minimiseGroup } from "./minimise.ts";
import { checkRanges, type GroupOperation } from "./range-checker.ts";
import { checkStore } from "./store-checker.ts";
import { Violation } from "./violation.ts";

/** Of a history that cannot be explained, so many calls up to the one that shows it. */
const CALLS_SHOWN = 40;

/**
 * Whether the whole history can have been given by one store of one copy: each key alone, and each prefix that
 * ranges were read of as one object. Throws a Violation with the little that shows it. `onGaveUp`: a
 * prefix was too much to check, and nothing is known of it.
 */
/** The same of calls of every kind, on a few keys that are taken for one object. `onGaveUp`: nothing is known. */
export function judgeCalls(calls: readonly StoreCall[], onGaveUp: () => void): void {
  const verdict = checkStore(calls);
  if (verdict.kind === "gave-up") onGaveUp();
  if (verdict.kind !== "impossible") return;
  const failed = verdict.operation;
  const before = calls.filter(({ invoked }) => invoked <= (failed.returned ?? failed.invoked));
  const lines = before.slice(-CALLS_SHOWN).map((call) => `${call === failed ? "*" : " "} ${callText(call)}`);
  const message = `no order of effects explains call ${failed.invoked} together with the others`;
  throw new Violation("linearizable calls", `${message}\n${lines.join("\n")}`);
}

function callText({ client, invoked, returned, operation, answer, revision }: StoreCall): string {
  const bytesAsText = (_: string, value: unknown): unknown =>
    value instanceof Uint8Array ? keyText(value) : value;
  const [asked, told] = [operation, answer ?? "unknown"].map((part) => JSON.stringify(part, bytesAsText));
  return `[${invoked}..${returned ?? "?"}] ${client} ${asked} -> ${told} at ${revision ?? "?"}`;
}

export function judgeHistory(history: History, onGaveUp: (prefix: string) => void): void {
  const [broken] = history.violations;
  if (broken !== undefined) throw violation(broken.key, broken.message, history.of(broken.key));
  for (const key of history.keys()) {
    const verdict = checkKey(history.of(key));
    if (verdict.kind === "linearizable") continue;
    const states = verdict.states.map((state) => JSON.stringify(state)).join(" or ");
    const message = `no order of effects explains operation ${verdict.operation.invoked}: before it ${states}`;
    throw violation(key, message, history.of(key));
  }
  for (const prefix of history.prefixes()) judgePrefix(history, prefix, onGaveUp);
}

function violation(key: string, message: string, operations: readonly Operation[]): Violation {
  const minimal = minimise(operations);
  const lines = minimal === undefined ? historyLines(operations) : minimalText(minimal);
  return new Violation("linearizable", `${key}: ${message}\n${lines.join("\n")}`);
}

function judgePrefix(history: History, prefix: string, onGaveUp: (prefix: string) => void): void {
  const operations: GroupOperation[] = [...history.rangesOf(prefix)];
  for (const key of history.keys()) if (key.startsWith(prefix)) operations.push(...history.of(key));
  const verdict = checkRanges(operations);
  if (verdict.kind === "gave-up") onGaveUp(prefix);
  if (verdict.kind !== "impossible") return;
  const failed = verdict.operation;
  const isBroken = (some: readonly GroupOperation[]): boolean => checkRanges(some).kind === "impossible";
  const lines = groupText(minimiseGroup(operations, failed, isBroken), failed);
  const message = `no order of effects explains operation ${failed.invoked} together with the others`;
  throw new Violation("linearizable ranges", `${prefix}*: ${message}\n${lines.join("\n")}`);
}
