import type { Mutant } from "./mutant.ts";

/** Rules of the runtime: what may be said when, and to whom. */
export const NODE_MUTANTS: readonly Mutant[] = [
  {
    name: "announced-before-written",
    breaks: "the commit queue calls a write durable when it hands it to the disk",
    edits: [
      {
        file: "node/commit-queue.js",
        find: "            this.#onWritten(gathering);\n        });",
        replace:
          "            this.#writing = undefined;\n            this.start();\n        });\n" +
          "        this.#announce(gathering);",
      },
      {
        file: "node/commit-queue.js",
        find: "#onWritten(written) {\n        this.#writing = undefined;",
        replace: "#announce(written) {",
      },
      {
        file: "node/commit-queue.js",
        find: "this.#deps.release(group, envelopes);\n        this.start();",
        replace: "this.#deps.release(group, envelopes);",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "statement-not-held",
    breaks: "a statement that wrote nothing leaves while the write that it speaks of is under way",
    edits: [
      {
        file: "node/commit-queue.js",
        find: "const behind = this.#gathering ?? this.#writing;",
        replace: "const behind = this.#gathering;",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "lost-forward-means-refused",
    breaks: "a request whose leader was lost after it was forwarded is called not applied",
    edits: [
      {
        file: "node/requests.js",
        find: 'failure("timeout", "unknown", "the leader that this was forwarded to',
        replace: 'failure("timeout", "not_applied", "the leader that this was forwarded to',
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "deposed-means-refused",
    breaks: "a deposed leader calls what it had proposed not applied",
    edits: [
      {
        file: "node/group.js",
        find: '"lost_leadership", message, "unknown")',
        replace: '"lost_leadership", message, "not_applied")',
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "forwards-share-a-number",
    breaks: "all requests that a node has handed on to the leader bear the same number",
    edits: [{ file: "node/forwards.js", find: "const id = this.#nextId;", replace: "const id = 1;" }],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
];
