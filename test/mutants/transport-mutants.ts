import type { Mutant } from "./mutant.ts";

/** Rules of the transport. */
export const TRANSPORT_MUTANTS: readonly Mutant[] = [
  {
    name: "message-delivered-twice",
    breaks: "a message is delivered again when it is retransmitted",
    edits: [
      {
        file: "transport/inbox.js",
        find: "if (this.#whole.isSeen(id))\n            return false;",
        replace: "if (this.#whole.isSeen(id))\n            return true;",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 40 }],
  },
];
