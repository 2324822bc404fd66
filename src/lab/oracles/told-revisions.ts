import { equalBytes } from "../../base/bytes.ts";
import { PlainStore } from "./plain-store.ts";

/** A change of unknown outcome takes a revision that nobody was told: a fraction above the last one known. */
const FRACTIONS = 1024;

/** The next revision that nobody knows, above all in the store. */
export function unknownRevision(store: PlainStore): number {
  return store.revision + 1 / FRACTIONS;
}

/** The least number that the revision can really have: one more for each change since the last one known. */
export function leastOf(revision: number): number {
  const known = Math.floor(revision);
  return known + Math.round((revision - known) * FRACTIONS);
}

/**
 * Whether an answer says what is expected, in which unknown revisions stand for whatever the answer tells: what
 * each of them turns out to be is put into `known`.
 */
export function agrees(expected: unknown, answered: unknown, known: Map<number, number>): boolean {
  if (expected === answered) return true;
  if (typeof expected === "number" && typeof answered === "number") {
    if (Number.isInteger(expected) || answered < leastOf(expected)) return false;
    const before = known.get(expected);
    known.set(expected, answered);
    return before === undefined || before === answered;
  }
  if (typeof expected !== "object" || typeof answered !== "object") return false;
  if (expected === null || answered === null) return false;
  if (expected instanceof Uint8Array || answered instanceof Uint8Array)
    return expected instanceof Uint8Array && answered instanceof Uint8Array && equalBytes(expected, answered);
  const fields = new Set([...Object.keys(expected), ...Object.keys(answered)]);
  return [...fields].every((field) =>
    agrees(Reflect.get(expected, field), Reflect.get(answered, field), known),
  );
}

/** The store with what has become known of its revisions. */
export function withKnown(store: PlainStore, known: ReadonlyMap<number, number>): PlainStore {
  if (known.size === 0) return store;
  const after = new PlainStore(store);
  for (const [key, record] of store.records) {
    const createRevision = known.get(record.createRevision) ?? record.createRevision;
    const modRevision = known.get(record.modRevision) ?? record.modRevision;
    after.correct(key, { ...record, createRevision, modRevision });
  }
  return after;
}
