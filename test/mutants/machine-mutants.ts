import type { Mutant } from "./mutant.ts";

/** Rules of the state machine: exactly once, cluster time, and what is flushed. */
export const MACHINE_MUTANTS: readonly Mutant[] = [
  {
    name: "duplicates-executed",
    breaks: "a request that was executed before is executed again",
    edits: [
      {
        file: "kv/exactly-once.js",
        find: "if (held !== undefined && timeMs <= held.keepUntilMs)",
        replace: "if (false)",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "result-forgotten-too-early",
    breaks: "a result is kept no longer than until its request was executed",
    edits: [
      {
        file: "kv/exactly-once.js",
        find: "const keepUntilMs = identity.deadlineMs + RESULT_GRACE_MS;",
        replace: "const keepUntilMs = timeMs;",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "result-forgotten-at-the-deadline",
    breaks: "a result is kept until its request's deadline, without the grace",
    edits: [
      {
        file: "kv/exactly-once.js",
        find: "const keepUntilMs = identity.deadlineMs + RESULT_GRACE_MS;",
        replace: "const keepUntilMs = identity.deadlineMs;",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "acknowledgement-falls",
    breaks: "an older request lowers what its client has acknowledged",
    edits: [
      {
        file: "kv/exactly-once.js",
        find: "acknowledged: Math.max(present?.acknowledged ?? 0, identity.acknowledged),",
        replace: "acknowledged: identity.acknowledged,",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "one-result-too-many-released",
    breaks: "an acknowledgement lets go of the result after it, too",
    edits: [
      {
        file: "kv/exactly-once.js",
        find: "this.#release(history, previous?.acknowledged ?? 0, record.acknowledged);",
        replace: "this.#release(history, previous?.acknowledged ?? 0, record.acknowledged + 1);",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "expired-executed",
    breaks: "a request is executed after its deadline",
    edits: [{ file: "kv/exactly-once.js", find: "if (timeMs > identity.deadlineMs)", replace: "if (false)" }],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "table-not-recovered",
    breaks: "a restart rebuilds the state without the table of executed requests",
    edits: [
      {
        file: "kv/machine.js",
        find: "new ExactlyOnce(recovered.executed())",
        replace: "new ExactlyOnce([])",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "raw-stamps",
    breaks: "cluster time is the leader's wall clock",
    edits: [
      {
        file: "kv/machine.js",
        find: "this.#timeMs = Math.max(this.#timeMs, batch.stampMs);",
        replace: "this.#timeMs = batch.stampMs;",
      },
      {
        file: "kv/cluster-time.js",
        find: "return Math.floor(this.#timeMs);\n    }\n}\n/**\n * Cluster time as a node",
        replace: "return Math.floor(wallMs);\n    }\n}\n/**\n * Cluster time as a node",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "newest-rows-in-a-slice",
    breaks: "a flush writes rows as they are now, under the watermark of an earlier slot",
    edits: [
      {
        file: "kv/overlay.js",
        find: "undefined : oldest.slice();",
        replace: "undefined : newestRows(oldest.slice(), this.#newest);",
      },
      {
        file: "kv/overlay.js",
        find: "const NO_KEYS = new Map();",
        replace:
          "const NO_KEYS = new Map();\nfunction newestRows(slice, newest) {\n" +
          '    const rows = slice.rows.map((row) => (row.table === "keys" ? (newest.get(keyText(row.key))?.row ?? row) : row));\n' +
          "    return { ...slice, rows };\n}",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "row-lost-at-flush",
    breaks: "a flush lets go of a row that was written again meanwhile",
    edits: [
      { file: "kv/overlay.js", find: "if (this.#newest.get(key.text) !== key)", replace: "if (false)" },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "followers-reorder",
    breaks: "a node that did not propose a batch executes its commands from the last to the first",
    edits: [
      {
        file: "node/applier.js",
        find: "this.#deps.batchOf(slot, value) ?? this.#deps.decode(value)",
        replace: "this.#deps.batchOf(slot, value) ?? reversed(this.#deps.decode(value))",
      },
      {
        file: "node/applier.js",
        find: "const SLOTS_PER_TURN_MAX = 64;",
        replace:
          "const SLOTS_PER_TURN_MAX = 64;\nconst reversed = (batch) => ({ ...batch, commands: batch.commands.toReversed() });",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "acknowledgement-forgotten",
    breaks: "a sequence that the client has acknowledged is executed again",
    edits: [
      { file: "kv/exactly-once.js", find: "identity.sequence <= latest.acknowledged", replace: "false" },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "expired-before-executed",
    breaks: "a repeat after the deadline is called expired though the request was executed",
    edits: [
      {
        file: "kv/exactly-once.js",
        find: "        const { latest } = history;\n        const isPresent",
        replace:
          "        const { latest } = history;\n        if (timeMs > identity.deadlineMs)\n            return answered(expired(identity, timeMs));\n        const isPresent",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "state-ahead-of-the-log",
    breaks: "the state is flushed beyond what the log durably knows as chosen",
    edits: [
      {
        file: "node/store.js",
        find: "this.#flusher.poll(nowMs, this.#learnedDurable());",
        replace: "this.#flusher.poll(nowMs, this.applied);",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
];
