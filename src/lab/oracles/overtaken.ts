import type { Ballot, NodeId } from "../../base/ids.ts";
import type { Effects, Input, ReplicaView } from "../../paxos/effects.ts";
import { NO_EFFECTS } from "../../paxos/outbox.ts";

interface Challenge {
  readonly ballot: Ballot;
  /** The first round of heartbeats that was sent after the reject had come. */
  readonly sinceRound: number;
  readonly answeredBy: Set<NodeId>;
}

/**
 * A leader that a voter has told of a higher promise, and that a quorum has answered since, prepares above that
 * promise: otherwise the voter is left behind for ever, with a promise to somebody who never led.
 */
export class Overtaken {
  readonly #voters: () => readonly NodeId[];
  #lastRound = 0;
  #epoch = 0;
  #challenge: Challenge | undefined;

  /** `voters`: whose answers count now. */
  constructor(voters: () => readonly NodeId[]) {
    this.#voters = voters;
  }

  /** What decides about later answers of `onStep`. */
  get outstanding(): unknown {
    const challenge = this.#challenge;
    if (challenge === undefined) return this.#lastRound;
    const { ballot, sinceRound, answeredBy } = challenge;
    return [this.#lastRound, ballot, sinceRound, [...answeredBy].sort((left, right) => left - right)];
  }

  /** False when this step should have been the leader's last at its ballot, and was not. */
  onStep(step: { readonly input: Input; readonly effects: Effects; readonly view: ReplicaView }): boolean {
    const { input, effects, view } = step;
    if (view.role !== "leader" || view.ballot !== this.#challenge?.ballot) this.#challenge = undefined;
    // Other voters than those that were told and have answered.
    if (view.epoch !== this.#epoch) this.#challenge = undefined;
    this.#epoch = view.epoch;
    if (view.role === "leader" && input.kind === "received") this.#onReceived(input, view.ballot);
    if (effects !== NO_EFFECTS) this.#noteRound(effects);
    if (this.#challenge === undefined) return true;
    const { answeredBy } = this.#challenge;
    const voters = this.#voters();
    // The leader itself is one of the quorum.
    return voters.filter((voter) => answeredBy.has(voter)).length + 1 <= voters.length / 2;
  }

  #noteRound({ messages }: Effects): void {
    for (const { message } of messages) if (message.kind === "heartbeat") this.#lastRound = message.round;
  }

  /** The process is gone. */
  onDeath(): void {
    this.#lastRound = 0;
    this.#challenge = undefined;
  }

  #onReceived({ from, message }: Extract<Input, { kind: "received" }>, ballot: Ballot): void {
    const isRejected = message.kind === "reject" && message.ballot === ballot && message.promised > ballot;
    // Who has no vote may be left behind.
    if (isRejected && this.#voters().includes(from)) {
      this.#challenge ??= { ballot, sinceRound: this.#lastRound + 1, answeredBy: new Set() };
    }
    const challenge = this.#challenge;
    if (message.kind !== "heartbeat-ack" || message.ballot !== challenge?.ballot) return;
    if (message.round >= challenge.sinceRound) challenge.answeredBy.add(from);
  }
}
