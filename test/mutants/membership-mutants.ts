import type { Mutant } from "./mutant.ts";

/** Rules of changing the members. */
export const MEMBERSHIP_MUTANTS: readonly Mutant[] = [
  {
    name: "two-voters-swapped-in-one-entry",
    breaks: "an entry takes effect however many members it changes",
    edits: [
      {
        file: "paxos/membership-step.js",
        find: "if (one === undefined || more !== undefined)\n        return false;",
        replace: "if (one === undefined)\n        return false;",
      },
    ],
    detectors: [{ kind: "explore", scenario: "swap" }],
  },
  {
    name: "acks-counted-against-an-old-membership",
    breaks: "promises, acceptances and answers are counted by the voters of before the change",
    edits: [
      {
        file: "paxos/configuration.js",
        find: "this.#governing = governing;\n        this.#quorum = new QuorumSystem(membership);",
        replace: "this.#governing = governing;",
      },
    ],
    detectors: [{ kind: "explore", scenario: "grow" }],
  },
  {
    name: "removal-answered-before-it-is-settled",
    breaks: "who was removed is told so before a majority of those who stay has the entry on disk",
    edits: [
      {
        file: "paxos/change-over.js",
        find: "if (!quorum.isQuorum(followers.reported(quorum, epoch, ownEpoch)))\n            return;",
        replace: "",
      },
    ],
    detectors: [{ kind: "explore", scenario: "remove" }],
  },
  {
    name: "proposed-above-an-open-membership-entry",
    breaks: "a leader goes on above its entry before that is chosen",
    edits: [
      { file: "paxos/phase-two.js", find: 'this.#isBarred = value.kind === "membership";', replace: "" },
      { file: "paxos/change-over.js", find: 'return this.#state.kind !== "none";', replace: "return false;" },
    ],
    detectors: [{ kind: "explore", scenario: "remove" }],
  },
];
