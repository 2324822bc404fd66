import {
  BALLOT_ZERO,
  type Ballot,
  formatBallot,
  type NodeId,
  offsetSlot,
  type Slot,
} from "../../base/ids.ts";
import type { Effects, Input, ReplicaView } from "../../paxos/effects.ts";
import type { LogEntry } from "../../paxos/log-reader.ts";
import type { Message } from "../../paxos/messages.ts";
import { equalValues } from "../../paxos/value.ts";
import type { MemoryLog } from "../../storage/memory-disk.ts";
import { Overtaken } from "../oracles/overtaken.ts";
import { demandRule } from "./broken-rule.ts";

export interface CheckedStep {
  readonly input: Input;
  readonly effects: Effects;
  readonly view: ReplicaView;
  readonly entryAt: (slot: Slot) => LogEntry | "damaged" | undefined;
}

/** What one member alone must keep to, whatever the others do. Each check throws a BrokenRule. */
export class MemberRules {
  readonly #disk: MemoryLog;
  /** Of this life: reads not answered yet, with the least index that is right. */
  #reads = new Map<number, Slot>();
  #chosen: number;
  #promised: Ballot;
  /** Ballots handed over in this life, and what was proposed at a ballot in this life. */
  #handedOver = new Set<Ballot>();
  #proposed = new Set<string>();
  /** One past the highest slot proposed at a ballot in this life. */
  #proposedEnd = new Map<Ballot, number>();
  readonly #overtaken: Overtaken;

  /** `voters`: as the member knows them now. */
  constructor(disk: MemoryLog, voters: () => readonly NodeId[]) {
    this.#disk = disk;
    this.#overtaken = new Overtaken(voters);
    this.#chosen = disk.summary.learned;
    this.#promised = disk.summary.promised;
  }

  /** What decides about later checks, and so belongs to the member's state. */
  get outstanding(): unknown {
    return [
      [...this.#reads],
      this.#chosen,
      [...this.#handedOver],
      [...this.#proposed],
      [...this.#proposedEnd],
      this.#overtaken.outstanding,
    ];
  }

  onBoot(): void {
    this.#reads = new Map();
    this.#chosen = this.#disk.summary.learned;
    this.#promised = this.#disk.summary.promised;
    this.#handedOver = new Set();
    this.#proposed = new Set();
    this.#proposedEnd = new Map();
    this.#overtaken.onDeath();
  }

  onRead(id: number, least: Slot): void {
    this.#reads.set(id, least);
  }

  /** `learned`: the replica's own watermark now. */
  onSend(message: Message, learned: Slot): void {
    const { summary, entries } = this.#disk;
    switch (message.kind) {
      case "prepare":
      case "promise":
        demandRule(
          summary.promised >= message.ballot,
          "I8",
          () =>
            `a ${message.kind} of ${formatBallot(message.ballot)} was sent before the promise was on disk`,
        );
        return;
      case "accepted":
        for (const slot of message.slots) {
          const isOnDisk = (entries.get(slot)?.ballot ?? -1) >= message.ballot;
          demandRule(
            isOnDisk || slot < learned,
            "I8",
            () => `slot ${slot} was called accepted before it was on disk`,
          );
          demandRule(summary.promised >= message.ballot, "I8", () => "accepted above the promise on disk");
        }
        return;
      case "hand-over":
        this.#handedOver.add(message.ballot);
        return;
      case "accept": {
        const { ballot, slot, chosen } = message;
        const end = Math.max(this.#proposedEnd.get(ballot) ?? chosen, chosen);
        demandRule(
          slot <= end,
          "I9",
          () => `slot ${slot} was proposed at ${formatBallot(ballot)} before ${end}`,
        );
        this.#proposedEnd.set(ballot, Math.max(end, slot + 1));
        const place = `${ballot} ${slot}`;
        demandRule(
          this.#proposed.has(place) || !this.#handedOver.has(message.ballot),
          "hand-over",
          () =>
            `slot ${message.slot} was proposed at ${formatBallot(message.ballot)} after that was handed over`,
        );
        this.#proposed.add(place);
        for (let below = learned; below < message.slot; below = offsetSlot(below, 1)) {
          demandRule(
            this.#proposed.has(`${message.ballot} ${below}`),
            "I9",
            () =>
              `slot ${message.slot} was proposed at ${formatBallot(message.ballot)}, slot ${below} was left out`,
          );
        }
        return;
      }
      default:
    }
  }

  onStep(step: CheckedStep): void {
    const { input, effects, view } = step;
    for (const { slot } of effects.chosen) {
      demandRule(slot === this.#chosen, "I14", () => `slot ${slot} was learned, ${this.#chosen} was next`);
      this.#chosen = slot + 1;
    }
    demandRule(
      view.chosen === this.#chosen,
      "I14",
      () => `the watermark is ${view.chosen}, not ${this.#chosen}`,
    );
    demandRule(view.promised >= this.#promised, "I4", () => "the promise fell");
    this.#checkSummons(effects);
    demandRule(
      this.#overtaken.onStep(step),
      "overtaken",
      () => `still leads with ${formatBallot(view.ballot)}, though a voter has promised more`,
    );
    this.#promised = view.promised;
    demandRule(
      input.kind !== "received" || input.message.kind !== "pre-vote" || effects.writes.length === 0,
      "I36",
      () => "a pre-vote was written to disk",
    );
    this.#checkWatermark(step);
    this.#checkVote(step);
    this.#checkAnswers(effects, view.promised);
    for (const { id, index } of effects.reads) {
      const least = this.#reads.get(id);
      demandRule(least !== undefined, "I29", () => `read ${id} is answered twice, or by an earlier life`);
      this.#reads.delete(id);
      demandRule(
        index === undefined || index >= least,
        "I28",
        () => `a read got index ${index}, but everything below ${least} was learned before it began`,
      );
    }
  }

  /** Whoever stands because a leader asked for it has promised nobody more. */
  #checkSummons({ messagesAfterWrites }: Effects): void {
    for (const { message } of messagesAfterWrites) {
      if (message.kind !== "prepare" || message.handOver === BALLOT_ZERO) continue;
      demandRule(
        this.#promised <= message.handOver || message.ballot === this.#promised,
        "hand-over",
        () =>
          `stood in the place of ${formatBallot(message.handOver)} with ${formatBallot(this.#promised)} promised`,
      );
    }
  }

  /** By a leader's watermark only what was accepted at that leader's ballot is learned. */
  #checkWatermark({ input, effects, entryAt }: CheckedStep): void {
    if (input.kind !== "received") return;
    const { message } = input;
    if (message.kind !== "accept" && message.kind !== "heartbeat") return;
    for (const { slot } of effects.chosen) {
      const entry = entryAt(slot);
      const isOfLeader =
        entry !== undefined && entry !== "damaged" && (entry.chosen || entry.ballot === message.ballot);
      demandRule(
        isOfLeader,
        "I31",
        () =>
          `slot ${slot} was learned by the watermark of ${formatBallot(message.ballot)}, but not accepted at it`,
      );
    }
  }

  /** What is called accepted is what this member holds in the slot. */
  #checkVote({ input, effects, entryAt }: CheckedStep): void {
    if (input.kind !== "received" || input.message.kind !== "accept") return;
    const { slot, value } = input.message;
    if (!effects.messagesAfterWrites.some(({ message }) => message.kind === "accepted")) return;
    const entry = entryAt(slot);
    demandRule(
      entry !== undefined && entry !== "damaged" && equalValues(entry.value, value),
      "I7",
      () => `slot ${slot} was called accepted, but it holds another value`,
    );
  }

  /** Nothing that leaves now says yes to a ballot below the promise, were that one still being written. */
  #checkAnswers(effects: Effects, promised: Ballot): void {
    for (const { message } of [...effects.messages, ...effects.messagesAfterWrites]) {
      if (message.kind !== "heartbeat-ack" && message.kind !== "promise" && message.kind !== "accepted")
        continue;
      demandRule(
        message.ballot >= promised,
        "I6",
        () =>
          `a ${message.kind} of ${formatBallot(message.ballot)} although ${formatBallot(promised)} is promised`,
      );
    }
  }
}
