import type { Mutant } from "./mutant.ts";

/** Rules of leaders, their reads and their end. */
export const LEADING_MUTANTS: readonly Mutant[] = [
  {
    name: "read-not-confirmed",
    breaks: "a read's index is given out before a quorum has confirmed it",
    edits: [
      {
        file: "paxos/read-index.js",
        find: "if (!position.isConfirmed(this.#current.round))",
        replace: "if (false)",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "reads" },
    ],
  },
  {
    name: "read-confirmed-by-an-older-round",
    breaks: "an answer to an older heartbeat confirms a read that came later",
    edits: [
      {
        file: "paxos/heartbeats.js",
        find: "(this.#ackedRounds[index] ?? 0) >= round)",
        replace: "(this.#ackedRounds[index] ?? 0) >= Math.min(round, 1))",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "reads" },
    ],
  },
  {
    name: "read-index-of-the-last-round",
    breaks: "a read gets the watermark of the round before its own",
    edits: [
      {
        file: "paxos/read-index.js",
        find: "index: position.chosen, readers };",
        replace: "index: this.last ?? position.chosen, readers };\n            this.last = position.chosen;",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "read-joins-a-round-under-way",
    breaks: "a read takes the index of a round that was sent before it arrived",
    edits: [
      {
        file: "paxos/read-index.js",
        find: "this.#waiting.push({ from, id, arrivedMs: nowMs });",
        replace: "(this.#current?.readers ?? this.#waiting).push({ from, id, arrivedMs: nowMs });",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "reads" },
    ],
  },
  {
    name: "serves-before-own-entry",
    breaks: "a leader serves before an entry of its own ballot is chosen",
    edits: [
      {
        file: "paxos/leadership.js",
        find: "this.#phaseTwo.isSettled && this.#heartbeats.isFresh(nowMs)",
        replace: "this.#heartbeats.isFresh(nowMs)",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "reads" },
    ],
  },
  {
    name: "follows-below-promise",
    breaks: "a heartbeat of an older ballot than was promised is answered",
    edits: [
      {
        file: "paxos/replica.js",
        find: "if (message.ballot < this.#acceptor.promised) {\n            this.#acceptor.reject",
        replace: "if (false) {\n            this.#acceptor.reject",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "reads" },
    ],
  },
  {
    name: "old-read-reply-counts",
    breaks: "the answer to an older question serves the reads of a newer one",
    edits: [{ file: "paxos/remote-read.js", find: "question.id !== reply.id || ", replace: "" }],
    detectors: [{ kind: "explore", scenario: "asked-again" }],
  },
  {
    name: "follower-reads-too-early",
    breaks: "a follower answers a linearizable read before it has applied what the index asks for",
    edits: [{ file: "node/reads.js", find: "applied: index,", replace: "applied: 0," }],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "session-token-ignored",
    breaks: "a replica answers a sequential read though it is behind what the session has seen",
    edits: [{ file: "node/reads.js", find: "consistency.token : 0", replace: "0 : 0" }],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "session-token-not-kept",
    breaks: "a client does not remember how far it has seen",
    edits: [{ file: "client/dispatcher.js", find: "this.token = reply.applied;", replace: ";" }],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "leader-does-not-yield",
    breaks: "a leader goes on after its own acceptor has promised another ballot",
    edits: [
      {
        file: "paxos/proposer.js",
        find: 'if (this.#state.kind === "idle" || this.ballot >= ballot)',
        replace: "if (true)",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "two-ballots" },
    ],
  },
  {
    name: "pre-vote-binds",
    breaks: "a pre-vote is answered with a promise",
    edits: [
      {
        file: "paxos/replica.js",
        find: "const granted = this.#isWelcome(from, message);",
        replace:
          "const granted = this.#isWelcome(from, message);\n        if (granted)\n            this.#acceptor.promise(message.ballot);",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "pre-votes" },
    ],
  },
  {
    name: "stuck-above",
    breaks: "a leader leaves a voter behind that has promised a higher ballot",
    edits: [
      {
        file: "paxos/heartbeats.js",
        find: "return this.#challenge !== undefined && this.isConfirmed(this.#challenge.sinceRound);",
        replace: "return false;",
      },
    ],
    detectors: [{ kind: "explore", scenario: "overtaken" }],
  },
  {
    name: "proposes-after-hand-over",
    breaks: "a leader goes on proposing while it hands over",
    edits: [
      {
        file: "paxos/leadership.js",
        find: "isSettled || this.#handOver.isUnderWay ||",
        replace: "isSettled ||",
      },
    ],
    detectors: [
      { kind: "swarm", seeds: 100 },
      { kind: "explore", scenario: "hand-over" },
    ],
  },
  {
    name: "office-goes-round",
    breaks: "a leader leaves office for its slow disk as soon as it has been handed to it",
    edits: [
      {
        file: "paxos/slow-disk.js",
        find: "return nowMs - this.#handedOverMs >= AGAIN_MS;",
        replace: "return true;",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "office-to-any-disk",
    breaks: "a leader with a slow disk hands over to one whose disk is no better",
    edits: [{ file: "paxos/slow-disk.js", find: " || theirsMs >= writeAgeMs / 2", replace: "" }],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "late-hand-over-obeyed",
    breaks: "a node stands at once when a former leader asks it to, whoever leads by now",
    edits: [
      {
        file: "paxos/replica.js",
        find: "nodeOf(message.ballot) === from && message.ballot === this.#election.leaderBallot",
        replace: "nodeOf(message.ballot) === from",
      },
      {
        file: "paxos/replica.js",
        find: "if (!isOurLeader || message.ballot < this.#acceptor.promised)",
        replace: "if (!isOurLeader)",
      },
      {
        file: "paxos/hand-over.js",
        find: "call.ballot !== BALLOT_ZERO && promised > call.ballot",
        replace: "false",
      },
    ],
    detectors: [{ kind: "explore", scenario: "hand-over" }],
  },
  {
    name: "grant-forgotten-at-start",
    breaks: "an acceptor promises at once after a restart, whatever the process before it had granted",
    edits: [{ file: "paxos/lease.js", find: "isRestarted ? nowMs + LEASE_MS_MAX : nowMs", replace: "nowMs" }],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "grant-not-kept",
    breaks: "an acceptor promises another what it has just granted the leader not to",
    edits: [{ file: "paxos/lease.js", find: "if (isBinding && (", replace: "if (isBinding && false && (" }],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "leader-lease-not-given-up",
    breaks: "a leader that has asked another to take over goes on relying on its lease",
    edits: [
      { file: "paxos/leadership.js", find: "isSettled || this.#handOver.isSent ||", replace: "isSettled ||" },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
  {
    name: "leader-lease-too-long",
    breaks: "a leader relies on what was granted for five seconds longer",
    edits: [
      {
        file: "paxos/lease.js",
        find: "last.sentMs + reliedOnMs(this.#leaseMs)",
        replace: "last.sentMs + reliedOnMs(this.#leaseMs) + 5000",
      },
    ],
    detectors: [{ kind: "swarm", seeds: 100 }],
  },
];
