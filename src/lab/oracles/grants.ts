import { BALLOT_ZERO, type Ballot, formatBallot, type NodeId, nodeOf } from "../../base/ids.ts";
import { LEASE_MS_MAX } from "../../base/limits.ts";
import type { Step } from "../../node/step.ts";
import { demand } from "./violation.ts";

interface Granted {
  readonly ballot: Ballot;
  readonly untilMs: number;
}

/** What one process has granted to leaders, and that it kept its word (I27). Times by its own clock. */
export class Grants {
  readonly #name: string;
  readonly #granted = new Map<NodeId, Granted>();
  readonly #isRestarted: boolean;
  #startMs: number | undefined;

  constructor(name: string, isRestarted: boolean) {
    this.#name = name;
    this.#isRestarted = isRestarted;
  }

  /** `promised`: by this process, before the step. */
  onStep({ input, effects, nowMs }: Step, promised: Ballot): void {
    this.#startMs ??= nowMs;
    if (input.kind !== "received") return;
    const { from, message } = input;
    if (message.kind === "heartbeat") {
      const isGranted = effects.messages.some(
        ({ message: sent }) => sent.kind === "heartbeat-ack" && sent.granted,
      );
      if (!isGranted) return;
      demand(
        message.ballot >= promised && message.leaseMs > 0,
        "I27 what is granted is kept",
        () =>
          `${this.#name} grants ${formatBallot(message.ballot)} a lease, promised ${formatBallot(promised)}`,
      );
      this.#granted.set(from, { ballot: message.ballot, untilMs: nowMs + message.leaseMs });
    } else if (message.kind === "prepare") {
      const isPromised = effects.messagesAfterWrites.some(({ message: sent }) => sent.kind === "promise");
      if (isPromised && message.ballot > promised) this.#onPromised(message, nowMs);
    }
  }

  #onPromised(prepare: { readonly ballot: Ballot; readonly handOver: Ballot }, nowMs: number): void {
    const candidate = nodeOf(prepare.ballot);
    const startedMs = nowMs - (this.#startMs ?? nowMs);
    demand(
      !this.#isRestarted || startedMs >= LEASE_MS_MAX,
      "I27 what is granted is kept",
      () => `${this.#name} promises n${candidate} something ${startedMs} ms after its start`,
    );
    for (const [leader, { ballot, untilMs }] of this.#granted) {
      const isWaived = prepare.handOver !== BALLOT_ZERO && prepare.handOver === ballot;
      demand(
        leader === candidate || nowMs >= untilMs || isWaived,
        "I27 what is granted is kept",
        () =>
          `${this.#name} promises ${formatBallot(prepare.ballot)} ${untilMs - nowMs} ms before ` +
          `what it granted to ${formatBallot(ballot)} is over`,
      );
    }
  }
}
