import type { Mutant } from "./mutant.ts";

/** Rules of times to live and leases. */
export const LIFETIME_MUTANTS: readonly Mutant[] = [
  {
    name: "ended-lease-keeps-keys",
    breaks: "a lease whose time is over keeps its keys",
    edits: [
      {
        file: "kv/operations/expire.js",
        find: "        if (due === undefined || due.atMs > timeMs)",
        replace: '        if (due === undefined || due.atMs > timeMs || due.kind === "lease")',
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "ends-early",
    breaks: "a key ends 50 ms before its time",
    edits: [
      {
        file: "kv/operations/expire.js",
        find: "due.atMs > timeMs)",
        replace: "due.atMs > timeMs + 50)",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "ends-by-the-raw-stamp",
    breaks:
      "times are told from the leader's stamp, not from cluster time, under leaders that begin too late",
    edits: [
      {
        file: "kv/cluster-time.js",
        find: "return timeMs === 0 ? 0 : timeMs + Math.max(0, nowMs - atMs);",
        replace: "return Math.max(0, timeMs - 2000);",
      },
      {
        file: "kv/machine.js",
        find: "            timeMs: this.#timeMs,\n            expiries",
        replace: "            timeMs: batch.stampMs,\n            expiries",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "new-leader-ahead",
    breaks: "a new leader's clock begins ten seconds ahead: what was left of every lease is less",
    edits: [
      {
        file: "kv/cluster-time.js",
        find: "return timeMs === 0 ? 0 : timeMs + Math.max(0, nowMs - atMs);",
        replace: "return timeMs === 0 ? 0 : timeMs + 10_000 + Math.max(0, nowMs - atMs);",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "new-leader-slightly-ahead",
    breaks: "a new leader's clock begins with the word of an outlived leader",
    edits: [
      {
        file: "node/group.js",
        find: "if (ballot >= this.#view.promised)\n            this.#timeHeard.hear(timeMs, ballot, nowMs);",
        replace: "this.#timeHeard.hear(timeMs, ballot, nowMs);",
      },
      {
        file: "kv/cluster-time.js",
        find: "if (ballot < this.#ballot || (ballot === this.#ballot && timeMs < this.#heardMs))",
        replace: "if (timeMs < this.#heardMs)",
      },
      {
        file: "kv/cluster-time.js",
        find: "const { timeMs, atMs } = this.#stamped ?? { timeMs: this.#heardMs, atMs: this.#atMs };",
        replace: "const { timeMs, atMs } = { timeMs: this.#heardMs, atMs: this.#atMs };",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "whole-time-at-a-restart",
    breaks: "a restart gives every lease its whole time anew",
    edits: [
      {
        file: "kv/expiries.js",
        find: "for (const { id, lease } of recovered.leases())\n            this.setLease(id, lease);",
        replace:
          "for (const { id, lease } of recovered.leases())\n" +
          "            this.setLease(id, { ...lease, expiresMs: lease.expiresMs + lease.ttlMs });",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "times-not-recovered",
    breaks: "a restart forgets which keys have a time of their own",
    edits: [
      {
        file: "kv/expiries.js",
        find: "for (const { key, expiry } of recovered.expiries())",
        replace:
          'for (const { key, expiry } of [...recovered.expiries()].filter(({ expiry }) => expiry.kind === "lease"))',
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "times-not-flushed",
    breaks: "a flush leaves out when keys end",
    edits: [
      {
        file: "kv/generation.js",
        find: "[this.#executed, this.#leases, this.#expiries, this.#principals]",
        replace: "[this.#executed, this.#leases, this.#principals]",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "modify-forgets-the-time",
    breaks: "a key that is modified stays for ever",
    edits: [
      {
        file: "kv/operations/modify.js",
        find: "draft.put(key, next.value, draft.expiries.of(keyText(key)))",
        replace: "draft.put(key, next.value)",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "lease-id-chosen-again",
    breaks: "a restart forgets which ids were chosen for leases",
    edits: [
      {
        file: "kv/machine.js",
        find: "this.#lastLeaseId = recovered.meta.lastLeaseId;",
        replace: "this.#lastLeaseId = 0;",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "nothing-due-while-idle",
    breaks: "a leader of an idle cluster does not see that something is due",
    edits: [
      {
        file: "kv/machine.js",
        find: "return Math.min(this.#executed.dueMs, this.#expiries.first?.atMs ?? Number.POSITIVE_INFINITY);",
        replace: "return this.#executed.dueMs;",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "lease-ends-without-its-keys",
    breaks: "a lease that ends leaves its keys behind",
    edits: [
      {
        file: "kv/expiries.js",
        find: "        held.keys.add(text);\n",
        replace: "",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
];
