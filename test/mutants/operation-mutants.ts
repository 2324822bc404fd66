import type { Mutant } from "./mutant.ts";

/** Rules of single operations: conditions, what is whole or nothing, revisions. */
export const OPERATION_MUTANTS: readonly Mutant[] = [
  {
    name: "txn-not-taken-back",
    breaks: "what a transaction has done before a refused step stays",
    edits: [
      {
        file: "kv/operations/txn.js",
        find: "            draft.undo();\n",
        replace: "",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "put-all-not-taken-back",
    breaks: "the entries of a multi-put before a refused one stay",
    edits: [{ file: "kv/operations/put-all.js", find: "            draft.undo();\n", replace: "" }],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "put-all-split",
    breaks: "each entry of a multi-put takes a revision of its own",
    edits: [
      {
        file: "kv/operations/put-all.js",
        find: "        draft.put(key",
        replace: "        draft.begin();\n        draft.put(key",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "refused-takes-a-revision",
    breaks: "a request that is taken back keeps the revision that it took",
    edits: [
      {
        file: "kv/draft.js",
        find: "        this.#revision = undoing.revision;\n",
        replace: "",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "condition-on-the-creation",
    breaks: "a condition on a key's revision is held to that of its creation",
    edits: [
      {
        file: "kv/operations/condition.js",
        find: "condition.revision === (present?.modRevision ?? 0)",
        replace: "condition.revision === (present?.createRevision ?? 0)",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "condition-ignored",
    breaks: "a put is done whether its condition holds or not",
    edits: [
      {
        file: "kv/operations/put.js",
        find: "const failed = unmet ?? lifetimeFailure(lifetime, owner, draft);",
        replace: "const failed = lifetimeFailure(lifetime, owner, draft);",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "compares-before-the-slot",
    breaks: "a transaction compares with the keys as they were before its slot",
    edits: [
      {
        file: "kv/operations/txn.js",
        find: "holds(compare, draft.get(compare.key))",
        replace: "holds(compare, draft.getBefore(compare.key))",
      },
      {
        file: "kv/draft.js",
        find: "    get(key) {",
        replace: "    getBefore(key) {\n        return this.#reader.get(key);\n    }\n    get(key) {",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "any-compare-will-do",
    breaks: "one compare that holds is enough for a transaction",
    edits: [
      {
        file: "kv/operations/txn.js",
        find: "operation.compares.every(",
        replace: "operation.compares.length === 0 || operation.compares.some(",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "modify-done-twice",
    breaks: "a read-modify-write is done twice, and answered once",
    edits: [
      {
        file: "kv/operations/modify.js",
        find: "export function executeModify(operation, draft) {",
        replace:
          "export function executeModify(operation, draft) {\n" +
          "    const first = executeOnce(operation, draft);\n    executeOnce(operation, draft);\n    return first;\n}\n" +
          "function executeOnce(operation, draft) {",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "version-not-counted",
    breaks: "a put leaves a key's version as it is",
    edits: [
      {
        file: "kv/draft.js",
        find: "version: (previous?.version ?? 0) + 1,",
        replace: "version: previous?.version ?? 1,",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "range-one-key-short",
    breaks: "a range ends before its last key, as far as deleting is concerned",
    edits: [
      {
        file: "kv/operations/range-keys.js",
        find: "if (keys.length === keysMax)",
        replace: "if (keys.length + 1 === keysMax)",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "slot-not-merged-into-ranges",
    breaks: "a range does not see what the same slot has changed before it",
    edits: [
      {
        file: "kv/draft.js",
        find: "const own = this.#changedWithin({ start, end });",
        replace: "const own = [];",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "deleted-without-a-trace",
    breaks: "a delete is not among the changes that are kept",
    edits: [
      {
        file: "kv/draft.js",
        find: "        this.#events.push({ key: kept, revision, record: undefined, previousRevision });\n",
        replace: "",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "history-cut-at-a-delete",
    breaks: "a key that is made again does not know that it was deleted",
    edits: [{ file: "kv/draft.js", find: "return isKnown ? revision : 0;", replace: "return 0;" }],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "refused-is-in-the-history",
    breaks: "what was taken back stays among the changes that are kept",
    edits: [
      {
        file: "kv/draft.js",
        find: "        this.#events.length = undoing.eventCount;\n",
        replace: "",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "compacted-falls",
    breaks: "an older revision brings back what was forgotten",
    edits: [
      {
        file: "kv/draft.js",
        find: "this.#compacted = Math.max(this.#compacted, revision);",
        replace: "this.#compacted = revision;",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "revoked-principal-returns",
    breaks: "a restart forgets that a principal was revoked",
    edits: [
      {
        file: "storage/memory-disk.js",
        find: "return setRow(this.principals, row.id, row.principal && { ...row.principal });",
        replace: "return row.principal && setRow(this.principals, row.id, { ...row.principal });",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
];
