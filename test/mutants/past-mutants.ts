import type { Mutant } from "./mutant.ts";

/** Rules of reads that may be stale, and of reads of the past. */
export const PAST_MUTANTS: readonly Mutant[] = [
  {
    name: "stale-beyond-its-bound",
    breaks: "a stale read is answered from what is there, however old",
    edits: [
      {
        file: "node/reads.js",
        find: "if (ageMs === undefined || ageMs > consistency.maxStalenessMs)",
        replace: "if (ageMs === undefined)",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "past-from-the-present",
    breaks: "a range of the past shows records as they are now",
    edits: [
      {
        file: "kv/past-range.js",
        find: "(isDeleted ? known : known.modRevision) <= revision",
        replace: "!isDeleted || known <= revision",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "past-without-the-deleted",
    breaks: "a range of the past leaves out what was deleted since",
    edits: [
      {
        file: "kv/past-range.js",
        find: "state.tombstones(this.#start, end)[",
        replace: "[][",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "past-record-from-the-present",
    breaks: "a record of the past is the one after the next change",
    edits: [
      {
        file: "kv/past-record.js",
        find: "record: events.at(this.key, previousRevision, effort).record",
        replace: "record: next.record",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "forgotten-means-absent",
    breaks: "a record of the past that nobody knows any more is said not to have been there",
    edits: [{ file: "kv/past-record.js", find: "return wasThereBefore(next)", replace: "return false" }],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "history-leaves-one-out",
    breaks: "a history goes on behind the change after the one that was told",
    edits: [
      {
        file: "kv/past-changes.js",
        find: "this.#revision = event.previousRevision;",
        replace:
          "const skipped = event.previousRevision;\n            this.#revision =" +
          " skipped > compacted ? this.#events.at(this.#key, skipped).previousRevision : skipped;",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
];
