import type { Mutant } from "./mutant.ts";

/** Rules of learning, recovery and damage, and of who is talked to. */
export const LEARNING_MUTANTS: readonly Mutant[] = [
  {
    name: "learns-at-another-ballot",
    breaks: "a follower takes a slot for chosen by watermark though it accepted it at another ballot",
    edits: [
      {
        file: "paxos/learner.js",
        find: "entry === undefined || (entry.ballot !== this.#leaderBallot && !entry.chosen)",
        replace: "entry === undefined",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "watermark" },
    ],
  },
  {
    name: "learns-at-another-ballot-unchecked",
    breaks: "the same, and nobody compares digests",
    edits: [
      {
        file: "paxos/learner.js",
        find: "entry === undefined || (entry.ballot !== this.#leaderBallot && !entry.chosen)",
        replace: "entry === undefined",
      },
      { file: "paxos/learner.js", find: "own !== undefined && own !== digest", replace: "false" },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "watermark" },
    ],
  },
  {
    name: "accepted-served-as-chosen",
    breaks: "a member serves what it has only accepted to those who fetch what is chosen",
    edits: [
      {
        file: "paxos/catch-up.js",
        find: "let slot = from; slot < log.learned && values",
        replace: "let slot = from; slot < log.end && values",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "fetch" },
    ],
  },
  {
    name: "page-put-at-the-watermark",
    breaks: "a fetched page is taken to begin where the log ends here, whatever it says",
    edits: [
      { file: "paxos/catch-up.js", find: "let slot = message.from;", replace: "let slot = log.learned;" },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "fetch" },
    ],
  },
  {
    name: "page-skips-damaged",
    breaks: "a served page closes up over a damaged slot, and what follows gets the wrong slots",
    edits: [
      {
        file: "paxos/catch-up.js",
        find: 'if (entry === undefined || entry === "damaged")\n                break;',
        replace:
          'if (entry === "damaged")\n                continue;\n' +
          "            if (entry === undefined)\n                break;",
      },
    ],
    detectors: [{ kind: "explore", scenario: "fetch-damaged" }],
  },
  {
    name: "damaged-counts-as-empty",
    breaks: "a damaged slot counts as an empty one when a new leader selects values",
    edits: [
      { file: "paxos/phase-one.js", find: "collected.damaged.add(report.slot);", replace: ";" },
      {
        file: "paxos/phase-one.js",
        find: "this.isOwnPromiseDurable && !log.isDamaged(slot)",
        replace: "this.isOwnPromiseDurable",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "damage" },
    ],
  },
  {
    name: "damaged-reported-as-empty",
    breaks: "an acceptor reports a slot that it has lost as one that it never had",
    edits: [
      { file: "paxos/acceptor.js", find: 'return { kind: "damaged", slot };', replace: "return undefined;" },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "damage" },
    ],
  },
  {
    name: "lost-row-counts-as-empty",
    breaks: "a start takes the slots that its disk has lost for slots that it never had",
    edits: [
      {
        file: "paxos/log.js",
        find: "this.#damaged = new Set(recovered.damaged);",
        replace: "this.#damaged = new Set();",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "damage" },
    ],
  },
  {
    name: "suffix-forgotten",
    breaks: "a restart forgets what was accepted and not known to be chosen",
    edits: [
      {
        file: "paxos/log.js",
        find: "for (const entry of recovered.accepted) {",
        replace: "for (const entry of []) {",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "accepted-recovered-as-chosen",
    breaks: "a restart replays what was accepted above the learned watermark as well",
    edits: [
      {
        file: "node/group.js",
        find: "const recovered = deps.storage.recoverLog(id);",
        replace:
          "const stored = deps.storage.recoverLog(id);\n" +
          "        const chain = new ChainDigest(deps.crypto);\n" +
          "        let { learned: reached, digest: chained } = stored;\n" +
          "        for (const entry of stored.accepted) {\n            if (entry.slot !== reached)\n" +
          "                break;\n" +
          "            chained = chain.extend(chained, entry.slot, entry.value);\n" +
          "            reached++;\n        }\n" +
          "        const accepted = stored.accepted.filter((entry) => entry.slot >= reached);\n" +
          "        const recovered = { ...stored, learned: reached, digest: chained, accepted };",
      },
      {
        file: "node/group.js",
        find: 'import { Replica } from "../paxos/replica.js";',
        replace:
          'import { ChainDigest } from "../paxos/digest.js";\nimport { Replica } from "../paxos/replica.js";',
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "forgetful-disk-admitted",
    breaks: "members let a disk vote that is wiped, or an old copy: nobody looks at what it was before",
    edits: [
      {
        file: "node/peer-links.js",
        find: "const known = peer.pending ?? peer.record;\n    if (known === undefined)\n        return undefined;",
        replace: "const known = undefined;\n    if (known === undefined)\n        return undefined;",
      },
      {
        file: "node/peer-links.js",
        find: "return known !== undefined && hello.startCount < known.startCount;",
        replace: "return false;",
      },
      {
        file: "node/peer-links.js",
        find: "const holdsBallots = ",
        replace: "return undefined;\n        const holdsBallots = ",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
];
