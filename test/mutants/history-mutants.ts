import type { Mutant } from "./mutant.ts";

/** Rules of the changes that are kept, and of what leads to them. */
export const HISTORY_MUTANTS: readonly Mutant[] = [
  {
    name: "forgets-too-early",
    breaks: "a leader has changes forgotten at half of their age",
    edits: [
      {
        file: "node/compaction.js",
        find: "this.lastBefore(store.timeMs - this.#window.ageMs)",
        replace: "this.lastBefore(store.timeMs - this.#window.ageMs / 2)",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "trims-too-much",
    breaks: "a flush takes changes off the disk that are not forgotten",
    edits: [
      {
        file: "storage/memory-disk.js",
        find: "row.revision > slice.meta.compacted ||",
        replace: "row.revision > slice.meta.compacted + 5 ||",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "events-not-flushed",
    breaks: "changes never reach the disk",
    edits: [
      {
        file: "kv/generation.js",
        find: "            if (row.revision > compacted)\n                rows.push(row);\n",
        replace: "            if (row.revision > compacted && false)\n                rows.push(row);\n",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "tombstones-not-flushed",
    breaks: "what leads to the delete of a key never reaches the disk",
    edits: [
      {
        file: "kv/generation.js",
        find: "rows.push(isForgotten ? { table, key, revision: undefined } : row);",
        replace: "rows.push({ table, key, revision: undefined });",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "sealed-tombstones-unseen",
    breaks: "while a slice is being flushed nobody sees which keys it deletes",
    edits: [
      {
        file: "kv/overlay.js",
        find: "for (let index = this.#sealed.length - 1; index >= 0; index--) {",
        replace: "for (let index = -1; index >= 0; index--) {",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "sealed-events-unseen",
    breaks: "while a slice is being flushed nobody sees the changes in it",
    edits: [
      {
        file: "kv/overlay.js",
        find: "this.#open === undefined ? this.#sealed : [...this.#sealed, this.#open]",
        replace: "this.#open === undefined ? [] : [this.#open]",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "watch-skips-the-forgotten",
    breaks: "a watch that goes on from what is forgotten is not told so, but misses it",
    edits: [
      {
        file: "node/watches.js",
        find: "return compacted(request.from, events.compacted + 1);",
        replace: "return this.add(origin, { ...request, from: events.compacted + 1 }, nowMs);",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "start-not-counted",
    breaks: "a start does not count itself on its disk",
    edits: [{ file: "storage/memory-storage.js", find: "        disk.startCount++;\n", replace: "" }],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
];
