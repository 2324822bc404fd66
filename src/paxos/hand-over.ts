import { BALLOT_ZERO, type Ballot, NOBODY, type NodeId, type Slot, slot } from "../base/ids.ts";
import { ELECTION_TIMEOUT_MS_MAX, ELECTION_TIMEOUT_MS_MIN } from "../base/limits.ts";

/** The target has this long to catch up; the group takes no writes meanwhile. */
const DRAIN_MS = ELECTION_TIMEOUT_MS_MAX;
/** Then it has this long to depose its predecessor. */
const TAKE_OVER_MS = 2 * ELECTION_TIMEOUT_MS_MIN;
const RESEND_MS = 200;

type HandOverState =
  | { readonly kind: "none" }
  | { readonly kind: "draining"; readonly target: NodeId; readonly untilMs: number }
  | { readonly kind: "sent"; readonly target: NodeId; readonly untilMs: number; readonly resendMs: number };

const NONE: HandOverState = { kind: "none" };

/** What the leader must do next about a hand-over. */
export type HandOverStep = "nothing" | "send" | "prepare-again";

/**
 * The leader's side of giving its office to another voter: stop proposing, wait until the target is up
 * to date, tell it to stand. From then on nothing is proposed at this ballot again, answer or not.
 * Source: Ongaro 2014, 3.10.
 */
export class HandOver {
  #state: HandOverState = NONE;

  get isUnderWay(): boolean {
    return this.#state.kind !== "none";
  }

  /** From here on the ballot proposes nothing, and has no lease. */
  get isSent(): boolean {
    return this.#state.kind === "sent";
  }

  get target(): NodeId {
    return this.#state.kind === "none" ? NOBODY : this.#state.target;
  }

  begin(target: NodeId, nowMs: number): void {
    if (this.#state.kind === "none") {
      this.#state = { kind: "draining", target, untilMs: nowMs + DRAIN_MS };
    }
  }

  /** `isTargetReady`: nothing is in flight and the target has learned everything. */
  advance(isTargetReady: boolean, nowMs: number): HandOverStep {
    const state = this.#state;
    if (state.kind === "none") return "nothing";
    if (state.kind === "draining") {
      if (isTargetReady) return this.#send(state.target, nowMs + TAKE_OVER_MS, nowMs);
      // Nothing was said yet: this leader may simply go on.
      if (nowMs >= state.untilMs) this.#state = NONE;
      return "nothing";
    }
    if (nowMs >= state.untilMs) return "prepare-again";
    return nowMs >= state.resendMs ? this.#send(state.target, state.untilMs, nowMs) : "nothing";
  }

  #send(target: NodeId, untilMs: number, nowMs: number): HandOverStep {
    this.#state = { kind: "sent", target, untilMs, resendMs: nowMs + RESEND_MS };
    return "send";
  }
}

/** BALLOT_ZERO: an operator's, whoever leads and whatever was promised. */
interface Call {
  readonly ballot: Ballot;
  readonly chosen: Slot;
  readonly untilMs: number;
}

/** The target's side: asked to stand, as soon as it has learned what its predecessor had chosen. */
export class Summons {
  #call: Call | undefined;

  onHandOver(ballot: Ballot, chosen: Slot, nowMs: number): void {
    if (this.#call?.ballot === ballot) return;
    this.#call = { ballot, chosen, untilMs: nowMs + TAKE_OVER_MS };
  }

  /** An operator asks, because no leader answers. */
  onForced(nowMs: number): void {
    this.#call = { ballot: BALLOT_ZERO, chosen: slot(0), untilMs: nowMs + TAKE_OVER_MS };
  }

  /**
   * The ballot handed over, or BALLOT_ZERO when nobody handed over, once, when it is time to prepare; void when it
   * came too late or `promised` is above it. It waits while `mayStand` says no.
   */
  take(
    { learned, promised }: { readonly learned: Slot; readonly promised: Ballot },
    nowMs: number,
    mayStand: (handedOver: Ballot) => boolean,
  ): Ballot | undefined {
    const call = this.#call;
    if (call === undefined) return undefined;
    if (nowMs >= call.untilMs || (call.ballot !== BALLOT_ZERO && promised > call.ballot)) {
      this.#call = undefined;
      return undefined;
    }
    if (learned < call.chosen || !mayStand(call.ballot)) return undefined;
    this.#call = undefined;
    return call.ballot;
  }
}
