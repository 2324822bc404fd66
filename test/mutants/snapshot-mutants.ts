import type { Mutant } from "./mutant.ts";

/** Rules of truncation with a tail, of snapshots and of installing them. */
export const SNAPSHOT_MUTANTS: readonly Mutant[] = [
  {
    name: "truncates-above-own-state",
    breaks: "a node drops slots of its log that its durable state does not hold",
    edits: [
      {
        file: "paxos/truncation.js",
        find: "Math.min(this.#stateDurable, learned, this.#keptFrom)",
        replace: "Math.min(learned, this.#keptFrom)",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 10 }],
  },
  {
    name: "install-lowers-the-promise",
    breaks: "installing a snapshot forgets what was promised",
    edits: [
      {
        file: "storage/log-summary.js",
        find: "if (watermark > this.end)\n            this.end = watermark;",
        replace: "if (watermark > this.end)\n            this.end = watermark;\n        this.promised = 0;",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "install-without-results",
    breaks: "a snapshot leaves out the exactly-once table",
    edits: [
      {
        file: "storage/memory-rows.js",
        find: "for (const [slot, records] of state.executed)",
        replace: "for (const [slot, records] of [])",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "install-forgets-what-is-above",
    breaks: "installing a snapshot drops the entries that were accepted above it",
    edits: [
      {
        file: "storage/memory-disk.js",
        find: "this.summary.onInstall(write.watermark, write.digest);\n                this.#drop(write.watermark);",
        replace:
          "this.summary.onInstall(write.watermark, write.digest);\n                this.#drop(Number.POSITIVE_INFINITY);",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
];
