import type { Mutant } from "./mutant.ts";

/** Rules of ballots, acceptors and quorums. */
export const QUORUM_MUTANTS: readonly Mutant[] = [
  {
    name: "quorum-of-half",
    breaks: "half of the voters are a quorum, in both phases",
    edits: [
      {
        file: "paxos/quorum.js",
        find: "Math.floor(this.voters.length / 2) + 1",
        replace: "Math.max(1, Math.floor(this.voters.length / 2))",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "rivals" },
    ],
  },
  {
    name: "phase-two-of-one",
    breaks: "one acceptor is enough to choose a value; phase 1 still takes a majority",
    edits: [
      {
        file: "paxos/phase-two.js",
        find: "!quorum.isQuorum(proposal.acceptedBy)",
        replace: "proposal.acceptedBy === 0",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "rivals" },
    ],
  },
  {
    name: "phase-one-of-one",
    breaks: "a candidate leads on its own promise alone; phase 2 still takes a majority",
    edits: [
      {
        file: "paxos/phase-one.js",
        find: "!this.#quorum.isQuorum(this.#complete) || ",
        replace: "",
      },
      {
        file: "paxos/phase-one.js",
        find: "if (!this.#quorum.isQuorum(this.#definiteAt(slot, log)))\n            return undefined;",
        replace: "",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "rivals" },
    ],
  },
  {
    name: "promise-not-written",
    breaks: "a promise is given and never written",
    edits: [
      { file: "paxos/acceptor.js", find: "this.#outbox.writePromised(ballot);", replace: "" },
      { file: "storage/log-summary.js", find: "entry.ballot <= this.promised", replace: "true" },
      { file: "paxos/acceptor.js", find: "recovered.acceptedMax <= recovered.promised", replace: "true" },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "crash" },
    ],
  },
  {
    name: "promise-before-write",
    breaks: "a promise leaves before it is on disk",
    edits: [
      {
        file: "paxos/acceptor.js",
        find: "this.#outbox.sendAfterWrites(from, this.#page(",
        replace: "this.#outbox.send(from, this.#page(",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "crash" },
    ],
  },
  {
    name: "accepted-before-write",
    breaks: "Accepted leaves before the entry is on disk",
    edits: [
      {
        file: "paxos/acceptor.js",
        find: 'this.#outbox.sendAfterWrites(from, {\n            kind: "accepted"',
        replace: 'this.#outbox.send(from, {\n            kind: "accepted"',
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "crash" },
    ],
  },
  {
    name: "own-vote-before-write",
    breaks: "a leader counts its own acceptance before it is on its disk",
    edits: [
      {
        file: "paxos/phase-two.js",
        find: "acceptedBy: 0, sentMs",
        replace: "acceptedBy: this.#deps.quorum.bitOf(this.#deps.self), sentMs",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "slow-disk" },
    ],
  },
  {
    name: "own-promise-before-write",
    breaks: "a candidate asks at its ballot, and leads with it, before its own promise is on disk",
    edits: [
      {
        file: "paxos/proposer.js",
        find: "outbox.sendAfterWrites(voter, { kind: ",
        replace: "outbox.send(voter, { kind: ",
      },
      {
        file: "paxos/phase-one.js",
        find: "this.#end = options.from;",
        replace: "this.#end = options.from;\n        this.#complete = options.quorum.bitOf(options.self);",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "crash" },
    ],
  },
  {
    name: "accepts-below-promise",
    breaks: "an acceptor takes a proposal of an older ballot than it has promised",
    edits: [
      {
        file: "paxos/acceptor.js",
        find: 'if (ballot < this.#promised) {\n            this.reject(from, ballot, "accept");',
        replace: 'if (false) {\n            this.reject(from, ballot, "accept");',
      },
      {
        file: "paxos/acceptor.js",
        find: 'assert(ballot === this.#promised, "I6: accepted only at the promised ballot");',
        replace: "",
      },
      { file: "paxos/acceptor.js", find: "held.ballot <= ballot, ", replace: "true, " },
      {
        file: "paxos/acceptor.js",
        find: "this.#acceptedMax = ballot;",
        replace: "this.#acceptedMax = Math.max(this.#acceptedMax, ballot);",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "rivals" },
    ],
  },
  {
    name: "accepts-while-promise-is-written",
    breaks: "an acceptor takes proposals of its old ballot until its higher promise is on disk",
    edits: [
      {
        file: "paxos/acceptor.js",
        find: 'if (ballot < this.#promised) {\n            this.reject(from, ballot, "accept");',
        replace:
          "if (ballot < (this.#log.durableSequence < this.promisedIn ? this.promisedBefore : this.#promised)) {\n" +
          '            this.reject(from, ballot, "accept");',
      },
      {
        file: "paxos/acceptor.js",
        find: "this.#promised = ballot;\n        this.#ceiling",
        replace:
          "this.promisedBefore = this.#promised;\n        this.promisedIn = this.#outbox.sequence;\n" +
          "        this.#promised = ballot;\n        this.#ceiling",
      },
      {
        file: "paxos/acceptor.js",
        find: 'assert(ballot === this.#promised, "I6: accepted only at the promised ballot");',
        replace: "",
      },
      {
        file: "paxos/acceptor.js",
        find: "this.#acceptedMax = ballot;",
        replace: "this.#acceptedMax = Math.max(this.#acceptedMax, ballot);",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "slow-disk" },
    ],
  },
  {
    name: "chosen-above-a-gap",
    breaks: "a quorum for a slot counts for the slots below it, too",
    edits: [
      {
        file: "paxos/phase-two.js",
        find: "!quorum.isQuorum(proposal.acceptedBy)",
        replace: "![...this.#open.values()].some((open) => quorum.isQuorum(open.acceptedBy))",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "gap" },
    ],
  },
  {
    name: "lowest-ballot-wins",
    breaks: "a new leader proposes the value of the lowest ballot that it hears of",
    edits: [
      { file: "paxos/phase-one.js", find: "ballot > known.ballot", replace: "ballot < known.ballot" },
      {
        file: "paxos/phase-one.js",
        find: "own.ballot > best.ballot",
        replace: "own.ballot < best.ballot",
      },
      {
        file: "paxos/phase-one.js",
        find: "assert(own.ballot < best.ballot, ",
        replace: "assert(true, ",
      },
    ],
    detectors: [{ kind: "explore", scenario: "rivals" }],
  },
  {
    name: "own-value-wins",
    breaks: "a new leader proposes what it has accepted itself, whatever the ballots of others",
    edits: [
      {
        file: "paxos/phase-one.js",
        find: "if (best === undefined || own.ballot > best.ballot)",
        replace: "if (true)",
      },
    ],
    detectors: [{ kind: "explore", scenario: "rivals" }],
  },
  {
    name: "answer-of-another-ballot-counts",
    breaks: "an Accepted of an older ballot of its own counts for what a leader proposes now",
    edits: [
      {
        file: "paxos/replica.js",
        find: "if (message.ballot !== this.#proposer.ballot)\n                    return;\n                return this.#proposer.leadership?.onAccepted",
        replace: "return this.#proposer.leadership?.onAccepted",
      },
    ],
    detectors: [{ kind: "explore", scenario: "second-reign" }],
  },
  {
    name: "repeat-counts-twice",
    breaks: "an acceptor that answers twice counts for two",
    edits: [
      {
        file: "paxos/phase-two.js",
        find: "if (proposal !== undefined)\n                proposal.acceptedBy |= bit;",
        replace:
          "if (proposal !== undefined)\n                proposal.acceptedBy |= " +
          "(proposal.acceptedBy & bit) === 0 ? bit : 1 << this.#deps.quorum.voters.length;",
      },
    ],
    detectors: [{ kind: "explore", scenario: "five-acceptors" }],
  },
  {
    name: "gap-left-open",
    breaks: "a slot of which nobody reports a value is left out when a new leader proposes",
    edits: [
      {
        file: "paxos/phase-one.js",
        find: "selected.push({ slot, value });",
        replace: "if (value !== NOOP)\n                selected.push({ slot, value });",
      },
      {
        file: "paxos/phase-two.js",
        find: 'assert(recovered.slot === this.#next, "I9: recovered slots leave no gap");',
        replace: "this.#next = recovered.slot;",
      },
    ],
    detectors: [{ kind: "explore", scenario: "gap" }],
  },
  {
    name: "polite-yes",
    breaks: "an acceptor calls a late proposal accepted in a slot where it knows another value to be chosen",
    edits: [
      {
        file: "paxos/acceptor.js",
        find: "if (this.#isOutlived(message))",
        replace: "if (false)",
      },
    ],
    detectors: [{ kind: "explore", scenario: "outlived" }],
  },
  {
    name: "round-used-again",
    breaks: "a restart forgets which rounds were used, and takes one again",
    edits: [
      {
        file: "paxos/ballot-ceiling.js",
        find: "this.#highest = highest;\n    }\n    get",
        replace: "this.#highest = 0;\n    }\n    get",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "crash" },
    ],
  },
  {
    name: "learner-counts",
    breaks: "a member without a vote counts for one that has it",
    edits: [
      {
        file: "paxos/quorum.js",
        find: "index === undefined ? 0 :",
        replace: "index === undefined ? 1 << 29 :",
      },
      {
        file: "paxos/leadership.js",
        find:
          "if (!this.#deps.quorum.isVoter(from))\n            return;\n" +
          "        this.#heartbeats.onHeard(from, this.#nowMs);\n        this.#phaseTwo",
        replace:
          "if (this.#deps.quorum.isVoter(from))\n" +
          "            this.#heartbeats.onHeard(from, this.#nowMs);\n        this.#phaseTwo",
      },
    ],
    detectors: [{ kind: "explore", scenario: "learner" }],
  },
];
