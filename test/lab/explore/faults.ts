import type { Fault } from "./broken-core.ts";

/** A fault of the protocol, the scenario that must find it, and the rules that may break first. */
export interface KnownFault {
  readonly name: string;
  readonly scenario: string;
  readonly rules: readonly string[];
  readonly faults: readonly Fault[];
}

const fault = (file: string, sound: string, broken: string): Fault => ({ file, sound, broken });

export const KNOWN_FAULTS: readonly KnownFault[] = [
  {
    name: "a quorum of one",
    scenario: "two-ballots",
    rules: ["I9"],
    faults: [fault("quorum.js", "Math.floor(this.voters.length / 2) + 1", "1")],
  },
  {
    name: "a promise that is not written",
    scenario: "two-ballots",
    rules: ["I8", "I6"],
    faults: [fault("outbox.js", 'this.#writes.push({ kind: "promised", ballot });', "")],
  },
  {
    name: "an answer before its write",
    scenario: "slow-disk",
    rules: ["I8"],
    faults: [
      fault(
        "outbox.js",
        "this.#messagesAfterWrites.push({ to, message });",
        "this.#messages.push({ to: [to], message });",
      ),
    ],
  },
  {
    name: "learning by watermark at another ballot",
    scenario: "watermark",
    rules: ["I31", "I1"],
    faults: [fault("learner.js", "(entry.ballot !== this.#leaderBallot && !entry.chosen)", "false")],
  },
  {
    name: "damaged counted as empty",
    scenario: "damage",
    rules: ["I7", "I1"],
    faults: [fault("phase-one.js", "collected.damaged.add(report.slot);", ";")],
  },
  {
    name: "the own damaged record counted as empty",
    scenario: "damage",
    rules: ["I7", "I1"],
    faults: [
      fault("phase-one.js", "this.isOwnPromiseDurable && !log.isDamaged(slot)", "this.isOwnPromiseDurable"),
    ],
  },
  {
    name: "the value of the lowest ballot proposed again",
    scenario: "rivals",
    rules: ["I7", "I1"],
    faults: [
      fault("phase-one.js", "isChosen || ballot > known.ballot", "isChosen || ballot < known.ballot"),
      fault(
        "phase-one.js",
        "best === undefined || own.ballot > best.ballot",
        "best === undefined || own.ballot < best.ballot",
      ),
      fault("phase-one.js", "assert(own.ballot < best.ballot, `I5", "assert(true, `I5"),
    ],
  },
  {
    name: "a read answered without a round",
    scenario: "reads",
    rules: ["I28"],
    faults: [fault("read-index.js", "!position.isConfirmed(this.#current.round)", "false")],
  },
  {
    name: "a heartbeat answered below the promise",
    scenario: "reads",
    rules: ["I28", "I6"],
    faults: [
      fault(
        "replica.js",
        'message.ballot < this.#acceptor.promised) {\n            this.#acceptor.reject(from, message.ballot, "heartbeat");',
        "false) {",
      ),
    ],
  },
  {
    name: "a heartbeat answered while a higher promise is being written",
    scenario: "slow-reads",
    rules: ["I28", "I6"],
    faults: [
      fault(
        "replica.js",
        'message.ballot < this.#acceptor.promised) {\n            this.#acceptor.reject(from, message.ballot, "heartbeat");',
        "message.ballot < this.#acceptor.promised && this.#log.durableSequence >= this.#outbox.sequence - 1) {",
      ),
    ],
  },
  {
    name: "a read answered before an entry of the own ballot is chosen",
    scenario: "early-reads",
    rules: ["I28"],
    faults: [
      fault(
        "leadership.js",
        "this.#phaseTwo.isSettled && this.#heartbeats.isFresh(nowMs)",
        "this.#heartbeats.isFresh(nowMs)",
      ),
    ],
  },
  {
    name: "a read that joins a round under way",
    scenario: "two-reads",
    rules: ["I28"],
    faults: [
      fault(
        "read-index.js",
        "this.#waiting.push({ from, id, arrivedMs: nowMs });",
        "(this.#current?.readers ?? this.#waiting).push({ from, id, arrivedMs: nowMs });",
      ),
    ],
  },
  {
    name: "an answer to an older question taken for the newer one",
    scenario: "asked-again",
    rules: ["I28"],
    faults: [fault("remote-read.js", "question.id !== reply.id || ", "")],
  },
  {
    name: "a page that closes up over a damaged slot",
    scenario: "fetch-damaged",
    rules: ["I1"],
    faults: [
      fault(
        "catch-up.js",
        'if (entry === undefined || entry === "damaged")\n                break;',
        'if (entry === "damaged")\n                continue;\n            if (entry === undefined)\n                break;',
      ),
    ],
  },
  {
    name: "an answer to an older ballot of its own counted",
    scenario: "second-reign",
    rules: ["I1"],
    faults: [
      fault(
        "replica.js",
        "if (message.ballot !== this.#proposer.ballot)\n                    return;\n                return this.#proposer.leadership?.onAccepted",
        "return this.#proposer.leadership?.onAccepted",
      ),
    ],
  },
  {
    name: "a slot that nobody reported left out",
    scenario: "gap",
    rules: ["I9"],
    faults: [
      fault(
        "phase-one.js",
        "selected.push({ slot, value });",
        "if (value !== NOOP) selected.push({ slot, value });",
      ),
      fault(
        "phase-two.js",
        'assert(recovered.slot === this.#next, "I9: recovered slots leave no gap");',
        "this.#next = recovered.slot;",
      ),
    ],
  },
  {
    name: "a lost record repaired with what one acceptor reports",
    scenario: "repair",
    rules: ["I1"],
    faults: [
      fault(
        "phase-one.js",
        "this.chosenAt(slot) !== undefined || this.#quorum.isQuorum(this.#definiteAt(slot, log))",
        "true",
      ),
    ],
  },
  {
    name: "a late hand-over obeyed",
    scenario: "hand-over",
    rules: ["hand-over"],
    faults: [
      fault(
        "replica.js",
        "nodeOf(message.ballot) === from && message.ballot === this.#election.leaderBallot",
        "nodeOf(message.ballot) === from",
      ),
      fault(
        "replica.js",
        "if (!isOurLeader || message.ballot < this.#acceptor.promised)",
        "if (!isOurLeader)",
      ),
      fault("hand-over.js", " || (call.ballot !== BALLOT_ZERO && promised > call.ballot)", ""),
    ],
  },
  {
    name: "an Accept taken below the promise",
    scenario: "two-ballots",
    rules: ["I6"],
    faults: [
      fault(
        "acceptor.js",
        'if (ballot < this.#promised) {\n            this.reject(from, ballot, "accept");',
        "if (false) {",
      ),
      fault(
        "acceptor.js",
        'assert(ballot === this.#promised, "I6: accepted only at the promised ballot");',
        "",
      ),
    ],
  },
  {
    name: "a slot chosen above a gap",
    scenario: "gap",
    rules: ["I14", "I1", "I7"],
    faults: [
      fault(
        "phase-two.js",
        "const slot = log.learned;\n            const proposal = this.#open.get(slot);\n            if (proposal === undefined || !quorum.isQuorum(proposal.acceptedBy))",
        "const [slot, proposal] = [...this.#open].find(([, { acceptedBy }]) => quorum.isQuorum(acceptedBy)) ?? [log.learned];\n            if (proposal === undefined)",
      ),
    ],
  },
  {
    name: "proposing after the hand-over was sent",
    scenario: "hand-over",
    rules: ["hand-over"],
    faults: [
      fault(
        "leadership.js",
        "!this.#phaseTwo.isSettled || this.#handOver.isUnderWay || ",
        "!this.#phaseTwo.isSettled || ",
      ),
    ],
  },
  {
    name: "a Prepare before the own promise is on disk",
    scenario: "slow-disk",
    rules: ["I8"],
    faults: [
      fault(
        "proposer.js",
        'outbox.sendAfterWrites(voter, { kind: "prepare"',
        'outbox.send(voter, { kind: "prepare"',
      ),
    ],
  },
  {
    name: "the own acceptance counted before it is on disk",
    scenario: "slow-disk",
    rules: ["I1"],
    faults: [
      fault("phase-two.js", "acceptedBy: 0,", "acceptedBy: this.#deps.quorum.bitOf(this.#deps.self),"),
    ],
  },
  {
    name: "a late proposal for a chosen slot called accepted",
    scenario: "outlived",
    rules: ["I7"],
    faults: [
      fault("acceptor.js", "if (equalValues(held.value, value))\n            return false;", "return false;"),
    ],
  },
  {
    name: "a pre-vote that promises",
    scenario: "pre-votes",
    rules: ["I36"],
    faults: [
      fault(
        "replica.js",
        "const granted = this.#isWelcome(from, message);",
        "const granted = this.#isWelcome(from, message);\n        if (granted) this.#acceptor.promise(message.ballot);",
      ),
    ],
  },
  {
    name: "a voter swapped in one entry",
    scenario: "swap",
    rules: ["I9", "I1"],
    faults: [
      fault(
        "membership-step.js",
        "if (one === undefined || more !== undefined)\n        return false;",
        "if (one === undefined)\n        return false;",
      ),
    ],
  },
  {
    name: "slots above a membership entry proposed before it is chosen",
    scenario: "remove",
    rules: ["I10"],
    faults: [
      fault("phase-two.js", 'this.#isBarred = value.kind === "membership";', ""),
      fault("change-over.js", 'return this.#state.kind !== "none";', "return false;"),
    ],
  },
  {
    name: "acks counted against an old membership",
    scenario: "grow",
    rules: ["I9", "I1"],
    faults: [
      fault(
        "configuration.js",
        "this.#governing = governing;\n        this.#quorum = new QuorumSystem(membership);",
        "this.#governing = governing;",
      ),
    ],
  },
  {
    name: "phase 1 not repeated with the new voters",
    scenario: "grow",
    rules: ["I9", "I1"],
    faults: [
      fault(
        "phase-one.js",
        "!this.#quorum.isQuorum(this.#complete) || !this.isOwnPromiseDurable",
        "!this.isOwnPromiseDurable",
      ),
      fault(
        "phase-one.js",
        "if (!this.#quorum.isQuorum(this.#definiteAt(slot, log)))\n            return undefined;",
        "",
      ),
    ],
  },
  {
    name: "a change called settled before a majority has it",
    scenario: "remove",
    rules: ["settled"],
    faults: [
      fault(
        "change-over.js",
        "if (!quorum.isQuorum(followers.reported(quorum, epoch, ownEpoch)))\n            return;",
        "",
      ),
    ],
  },
  {
    name: "votes of a member without a vote",
    scenario: "learner",
    rules: ["I1", "I9"],
    faults: [
      fault(
        "quorum.js",
        "return index === undefined ? 0 : 1 << index;",
        "return index === undefined ? 1 << 29 : 1 << index;",
      ),
      fault(
        "leadership.js",
        "if (!this.#deps.quorum.isVoter(from))\n            return;\n        this.#heartbeats.onHeard(from, this.#nowMs);\n        this.#phaseTwo",
        "if (this.#deps.quorum.isVoter(from)) this.#heartbeats.onHeard(from, this.#nowMs);\n        this.#phaseTwo",
      ),
    ],
  },
  {
    name: "a round used again after a crash",
    scenario: "crash",
    rules: ["I8", "I5", "I4"],
    faults: [
      fault(
        "ballot-ceiling.js",
        "this.#highest = highest;\n    }\n    get",
        "this.#highest = 0;\n    }\n    get",
      ),
    ],
  },
];
