import type { Mutant } from "./mutant.ts";

/** Rules of watches. */
export const WATCH_MUTANTS: readonly Mutant[] = [
  {
    name: "watch-leaves-one-out",
    breaks: "a page with events says that the revision after them was told, too",
    edits: [
      {
        file: "node/watch-page.js",
        find: "events: this.#events, next: this.#revision, skip: this.#skip",
        replace: "events: this.#events, next: this.#revision + (this.isEmpty ? 0 : 1), skip: this.#skip",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "watch-repeats-a-page",
    breaks: "a watch asks from where it has asked before",
    edits: [{ file: "client/watch.js", find: "        this.#from = reply.next;\n", replace: "" }],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
];
