import type { History, Operation } from "./history.ts";
import { historyLines } from "./history.ts";
import { groupText, minimalText } from "./history-text.ts";
import { checkKey } from "./key-checker.ts";
import { minimise, minimiseGroup } from "./minimise.ts";
import { checkRanges, type GroupOperation } from "./range-checker.ts";
import { Violation } from "./violation.ts";

/**
 * Whether the whole history can have been given by one store of one copy: each key alone, and each prefix that
 * ranges were read of as one object. Throws a Violation with the little that shows it. `onGaveUp`: a
 * prefix was too much to check, and nothing is known of it.
 */
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
