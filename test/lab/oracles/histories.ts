import type { Operation, Outcome } from "../../../src/lab/oracles/history.ts";

/** Shorthand for histories in tests: an operation over the moments [from, to]. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

function operation(span: Span, action: Operation["action"], outcome: Outcome): Operation {
  return {
    client: "c1",
    key: "k",
    action,
    invoked: span.from,
    returned: span.to,
    outcome,
    invokedMs: span.from,
    returnedMs: span.to,
  };
}

const at = (from: number, to: number): Span => ({ from, to });

/** An acknowledged put; created at its own revision unless `created` says otherwise. */
export function put(
  from: number,
  to: number,
  answer: {
    readonly tag: string;
    readonly version: number;
    readonly revision: number;
    readonly created?: number;
  },
): Operation {
  const { tag, version, revision, created = revision } = answer;
  return operation(
    at(from, to),
    { kind: "put", tag },
    { kind: "put", version, createRevision: created, revision },
  );
}

export function unknownPut(from: number, to: number, tag: string): Operation {
  return operation(at(from, to), { kind: "put", tag }, { kind: "unknown" });
}

export function refusedPut(from: number, to: number, tag: string): Operation {
  return operation(at(from, to), { kind: "put", tag }, { kind: "not-applied", code: "no_leader" });
}

export function deleted(from: number, to: number, revision: number, hasDeleted = true): Operation {
  return operation(at(from, to), { kind: "delete" }, { kind: "deleted", deleted: hasDeleted, revision });
}

export function unknownDelete(from: number, to: number): Operation {
  return operation(at(from, to), { kind: "delete" }, { kind: "unknown" });
}

/** A read that saw the record, or nothing. */
export function read(
  from: number,
  to: number,
  seen?: {
    readonly tag: string;
    readonly version: number;
    readonly revision: number;
    readonly created?: number;
  },
): Operation {
  if (seen === undefined)
    return operation(at(from, to), { kind: "get" }, { kind: "read", record: undefined, revision: 0 });
  const { tag, version, revision, created = revision } = seen;
  const record = { tag, version, createRevision: created, modRevision: revision };
  return operation(at(from, to), { kind: "get" }, { kind: "read", record, revision });
}
