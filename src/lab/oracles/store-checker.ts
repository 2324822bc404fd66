import type { Lifetime, Operation } from "../../kv/command.ts";
import { keyText } from "../../kv/key-text.ts";
import type { StoreAnswer, StoreCall } from "./call-log.ts";
import { type Call, checkObject, type ObjectSpec, type ObjectVerdict } from "./object-checker.ts";
import { perform } from "./plain-operations.ts";
import { PlainStore } from "./plain-store.ts";
import { agrees, leastOf, unknownRevision, withKnown } from "./told-revisions.ts";

/** Enough for any history without a fault; one that needs more is given up. */
export const CONFIGURATIONS_MAX = 20_000;

/**
 * Whether one order of effects explains all answers about a store of one copy, requests that concern several keys being
 * of one moment. An answer's revision is its place among the changes; what nobody was answered may have taken any
 * that is left. Nothing is known of time here: a key goes only when the log says so, or a lease is revoked,
 * and a lease is there whenever somebody was told that a request of it was executed.
 */
export function checkStore(
  calls: readonly StoreCall[],
  configurationsMax = CONFIGURATIONS_MAX,
): ObjectVerdict<StoreCall> {
  const made: Call<StoreCall>[] = [];
  for (const call of calls) {
    const { invoked, returned, answer } = call;
    if (concernsKeys(call)) made.push({ operation: call, invoked, returned: answer && returned });
  }
  return checkObject(storeSpec(), made, configurationsMax);
}

/** Whether it can have changed a key, or has told of one. */
function concernsKeys({ operation, answer }: StoreCall): boolean {
  switch (operation.kind) {
    case "get":
    case "range":
    case "touch":
      return answer !== undefined;
    case "lease-grant":
    case "lease-keep-alive":
    case "principal-create":
    case "principal-rotate":
    case "principal-revoke":
    case "compact":
    case "configure":
      return false;
    default:
      return true;
  }
}

function storeSpec(): ObjectSpec<PlainStore, StoreCall> {
  const texts = new WeakMap<PlainStore, string>();
  return {
    initial: new PlainStore(),
    step,
    textOf: (store) => {
      const known = texts.get(store);
      if (known !== undefined) return known;
      const text = textOf(store);
      texts.set(store, text);
      return text;
    },
  };
}

function step(store: PlainStore, { operation, answer, revision }: StoreCall): PlainStore | undefined {
  switch (operation.kind) {
    case "get":
      return shows(store, revision, answer, { kind: "record", record: store.get(operation.key) });
    case "range": {
      const keys = store.within(operation);
      const items = keys.map((key) => ({ key, record: store.records.get(key) }));
      const asked = answer?.kind === "range" ? textKeys(answer) : undefined;
      return shows(store, revision, asked, { kind: "range", items });
    }
    case "ended":
      return withoutEnded(store, operation.keys, revision ?? 0);
    default:
      return stepChange(store, operation, answer, revision);
  }
}

function textKeys({ items }: Extract<StoreAnswer, { kind: "range" }>): object {
  return { kind: "range", items: items.map(({ key, record }) => ({ key: keyText(key), record })) };
}

/** A read of the store as it is. */
function shows(
  store: PlainStore,
  revision: number | undefined,
  answered: object | undefined,
  expected: object,
): PlainStore | undefined {
  const known = new Map<number, number>();
  if (revision === undefined || revision < leastOf(store.revision)) return undefined;
  return agrees(expected, answered, known) ? new PlainStore(withKnown(store, known), revision) : undefined;
}

function withoutEnded(store: PlainStore, keys: readonly string[], revision: number): PlainStore | undefined {
  if (revision <= leastOf(store.revision)) return undefined;
  const after = new PlainStore(store, revision - 1);
  return keys.every((key) => after.remove(key) !== undefined) ? after : undefined;
}

function stepChange(
  store: PlainStore,
  operation: Operation,
  answer: StoreAnswer | undefined,
  revision: number | undefined,
): PlainStore | undefined {
  if (answer?.kind === "conflict") {
    const { outcome } = performAt(store, operation, store.revision);
    const known = new Map<number, number>();
    const { conflict } = answer;
    const isSo = agrees(outcome, { kind: "failure", code: "condition_failed", conflict }, known);
    return isSo ? withKnown(store, known) : undefined;
  }
  if (answer?.kind !== "result" || revision === undefined) {
    const after = performAt(store, operation, unknownRevision(store) - 1).store;
    // What changed nothing need not be placed.
    return after.revision === unknownRevision(store) ? after : undefined;
  }
  const least = leastOf(store.revision);
  const changing = revision > least ? performAt(store, operation, revision - 1) : undefined;
  const performed =
    changing?.store.revision === revision
      ? changing
      : revision >= least
        ? performAt(store, operation, revision)
        : undefined;
  if (performed === undefined || performed.store.revision !== revision) return undefined;
  const known = new Map<number, number>();
  const isSo = agrees(performed.outcome, answer, known) || isTooLateToTouch(store, operation, answer);
  return isSo ? withKnown(performed.store, known) : undefined;
}

/** As if the last change had been at `revision`, with every lease that is named. */
function performAt(store: PlainStore, operation: Operation, revision: number): ReturnType<typeof perform> {
  const before = new PlainStore(store, revision);
  for (const id of leasesIn(operation))
    before.setLease(id, { ttlMs: 1, expiresMs: Number.POSITIVE_INFINITY });
  return perform(before, operation);
}

/** A key whose time is over may still be there for a slot that has no room to end it. */
function isTooLateToTouch(store: PlainStore, operation: Operation, answer: StoreAnswer): boolean {
  if (operation.kind !== "touch" || answer.kind !== "result" || answer.result.kind !== "touch") return false;
  return !answer.result.touched && store.ends.get(keyText(operation.key))?.kind === "ttl";
}

function leasesIn(operation: Operation): readonly number[] {
  switch (operation.kind) {
    case "put":
      return leasesOf([operation]);
    case "put-all":
      return leasesOf(operation.entries);
    case "txn":
      return leasesOf([...operation.steps, ...operation.otherwise].filter((one) => one.kind === "put"));
    case "lease-revoke":
      return [operation.leaseId];
    default:
      return [];
  }
}

function leasesOf(puts: readonly { readonly lifetime?: Lifetime }[]): readonly number[] {
  return puts.flatMap(({ lifetime }) => (lifetime?.kind === "lease" ? [lifetime.leaseId] : []));
}

function textOf(store: PlainStore): string {
  const rows = [...store.records].map(([key, { value, createRevision, modRevision, version, leaseId }]) =>
    [key, createRevision, modRevision, version, leaseId, keyText(value)].join(" "),
  );
  return [store.revision, ...rows.sort()].join("\n");
}
