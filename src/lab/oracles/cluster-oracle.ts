import { GROUP_ZERO, type NodeId, type Slot } from "../../base/ids.ts";
import type { Step } from "../../node/step.ts";
import type { Value } from "../../paxos/value.ts";
import type { NodeStatus } from "../../wire/client-messages.ts";
import { decodeBatch } from "../../wire/command-codec.ts";
import { Answers } from "./answers.ts";
import type { ClientListener } from "./client-tap.ts";
import { checkEvents } from "./event-oracle.ts";
import { Leases } from "./leases.ts";
import { type Ended, Model } from "./model.ts";
import { Pace } from "./pace.ts";
import { ProtocolOracle, type ProtocolOracleOptions } from "./protocol-oracle.ts";
import { type ClockReadings, StaleBounds } from "./stale-bounds.ts";
import { Stamps } from "./stamps.ts";
import { checkState } from "./state-oracle.ts";
import { Verified } from "./verified.ts";
import { demand, Violation } from "./violation.ts";
import { Watching } from "./watch-log.ts";

export interface ClusterOracleOptions extends Omit<ProtocolOracleOptions, "onChosen"> {
  /** Of each member's monotonic clock: its ms in one ms. */
  readonly clockRates: readonly number[];
  /** True time, ms. */
  readonly trueMs: () => number;
  /** True time, and in it whatever monotonic clocks have leapt: cluster time may leap as far. */
  readonly nowMs: () => number;
  /** How the members' monotonic clocks stand. */
  readonly clocks: () => ClockReadings;
  /** A slot's time has ended keys; called before anybody can be told of anything in that slot. */
  readonly onEnded: (ended: Ended) => void;
}

/**
 * Everything that is held against a whole cluster from outside, at every step: which invariant stands where is
 * told in docs/PROTOCOL.md. Of members only what they do counts, of disks what lies on them.
 */
export class ClusterOracle {
  readonly #options: ClusterOracleOptions;
  readonly #protocol: ProtocolOracle;
  readonly #model = new Model();
  readonly #verified = new Verified();
  readonly #bounds: StaleBounds;
  readonly #answers: Answers;
  readonly #stamps: Stamps;
  readonly #pace: Pace;
  readonly #leases: Leases;

  constructor(options: ClusterOracleOptions) {
    this.#options = options;
    this.#bounds = new StaleBounds(options.clocks);
    this.#answers = new Answers(this.#model, this.#bounds);
    const rateMax = Math.max(...options.clockRates);
    this.#stamps = new Stamps(rateMax);
    this.#pace = new Pace(rateMax);
    this.#leases = new Leases(options);
    this.#protocol = new ProtocolOracle({
      ...options,
      onChosen: (at, value, node) => this.#onChosen(at, value, node),
    });
  }

  /** To be given every request and reply of every client. */
  get clients(): ClientListener {
    return this.#answers;
  }

  /** To be told of what somebody watches: keys that begin with `prefix`. */
  watching(prefix: string): Watching {
    return new Watching(this.#model, prefix);
  }

  /** Whether the node is in the group, or was, by what anybody has learned. */
  hasJoined(node: NodeId): boolean {
    return this.#protocol.hasJoined(node);
  }

  /** Whether it was and is no more. */
  isRemoved(node: NodeId): boolean {
    return this.#protocol.hasJoined(node) && !this.#protocol.isMember(node);
  }

  /** `index` 0 is member 1. */
  onStep(index: number, step: Step): void {
    this.#protocol.onStep(index, step);
    this.#leases.onStep(index, step);
    const { input, effects, view } = step;
    if (input.kind === "state-durable") this.#checkState(index);
    if (input.kind === "propose") this.#onProposed(index, input.bytes);
    for (const notice of effects.notices) {
      if (notice.kind === "serving") this.#stamps.onServing(index, this.#model.metaAt(view.chosen).timeMs);
    }
    if (view.role === "follower") this.#stamps.onDeposed(index);
  }

  /** The member's process is gone. */
  onDeath(index: number): void {
    this.#protocol.onDeath(index);
    this.#leases.onDeath(index);
    this.#checkState(index);
    this.#stamps.onDeposed(index);
  }

  /** What a member shows of itself between two turns. */
  onStatus({ name, applied, revision, keys }: NodeStatus): void {
    const right = this.#model.metaAt(applied);
    demand(
      revision === right.revision && keys === right.keyCount,
      "I18 a state is what its slots make of it",
      () =>
        `${name} shows revision ${revision} and ${keys} keys at ${applied}, ` +
        `where they are ${right.revision} and ${right.keyCount}`,
    );
  }

  /** Whether every lease and every key that does not stay has come to its end. */
  get hasEnded(): boolean {
    const { leaseCount, expiryCount } = this.#model.metaAt(this.#model.watermark);
    return leaseCount + expiryCount === 0;
  }

  /** What can be told only at the end. */
  finish(): void {
    this.#answers.finish();
  }

  #onChosen(at: Slot, value: Value, node: string): void {
    this.#bounds.onLearned();
    if (value.kind !== "batch") {
      this.#model.apply(at, undefined);
      return;
    }
    const batch = decodeBatch(value.bytes);
    if (typeof batch === "string") {
      throw new Violation("I3 what is chosen can be read", `${node} learned slot ${at}: ${batch}`);
    }
    this.#answers.onChosen(at, batch);
    const ended = this.#model.apply(at, batch);
    this.#pace.onApplied(at, batch, this.#model.metaAt(at + 1).timeMs);
    if (ended !== undefined) this.#options.onEnded(ended);
  }

  #onProposed(index: number, bytes: Uint8Array): void {
    const batch = decodeBatch(bytes);
    if (typeof batch === "string") return;
    const nowMs = this.#options.nowMs();
    this.#stamps.onProposed(index, batch.stampMs, nowMs);
    this.#pace.onProposed(batch, nowMs);
  }

  #checkState(index: number): void {
    const name = this.#nameOf(index);
    const disk = this.#options.diskOf(index);
    const state = disk.state(GROUP_ZERO);
    const { learned } = disk.log(GROUP_ZERO).summary;
    demand(
      state.watermark <= learned,
      "I14 no state is ahead of its log",
      () => `${name} has a state of ${state.watermark}, and a log that knows ${learned} as chosen`,
    );
    checkState(name, state, this.#model, this.#verified);
    checkEvents(name, state, this.#model, this.#verified);
  }

  #nameOf(index: number): string {
    return this.#options.names[index] ?? "";
  }
}
