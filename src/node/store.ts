import { assert, present } from "../base/assert.ts";
import { type Failure, failure } from "../base/errors.ts";
import type { Slot } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import type { Batch } from "../kv/command.ts";
import type { EventReader } from "../kv/event.ts";
import { EventHistory } from "../kv/event-history.ts";
import { type AppliedSlot, Machine } from "../kv/machine.ts";
import { Overlay } from "../kv/overlay.ts";
import type { AppliedState } from "../kv/state.ts";
import type { ChosenEntry } from "../paxos/effects.ts";
import type { LogReader } from "../paxos/log-reader.ts";
import type { Value } from "../paxos/value.ts";
import type { StateStorage } from "../storage/storage.ts";
import { decodeBatch } from "../wire/command-codec.ts";
import { MEMBERSHIP_CODEC } from "../wire/membership-codec.ts";
import { AppliedMembership } from "./applied-membership.ts";
import { Applier } from "./applier.ts";
import { DigestTrail } from "./digest-trail.ts";
import { Flusher } from "./flusher.ts";
import type { StateHashes } from "./state-hashes.ts";

export interface StoreDeps {
  readonly state: StateStorage;
  readonly crypto: Crypto;
  /** Begun anew with each store. */
  readonly hashes: StateHashes;
  /** What is not given as chosen, because it was learned before, is read from here. */
  readonly log: LogReader;
  /** Below it the log durably holds what was chosen. */
  readonly learnedDurable: () => Slot;
  /** The batch behind a value that this node proposed, so that it is not decoded again. */
  readonly batchOf: (slot: Slot, value: Value) => Batch | undefined;
  readonly onApplied: (slot: Slot, value: Value, applied: AppliedSlot) => void;
  /** Every slot below is in the state on disk. */
  readonly onFlushed: (watermark: Slot) => void;
}

/**
 * All that stands on one state of one group: the machine that takes it on slot by slot, what is applied and
 * not yet on disk, the changes of the retained window. A state from a snapshot gets a new one.
 */
export class Store {
  readonly machine: Machine;
  readonly #state: StateStorage;
  readonly #overlay: Overlay;
  readonly #history: EventHistory;
  readonly #applier: Applier;
  readonly #flusher: Flusher;
  readonly #digests: DigestTrail;
  readonly #memberships: AppliedMembership;
  readonly #learnedDurable: () => Slot;
  #stateDurable: Slot;
  #isHeld = false;
  #isRetired = false;

  /** `chosen`: everything from the state's watermark to there comes from the log. */
  constructor(deps: StoreDeps, chosen: Slot) {
    const { state, crypto, hashes } = deps;
    const { watermark, digest, stateHash, membership, meta } = state.recovered;
    hashes.begin(watermark, { hash: stateHash, keys: meta.keyCount });
    this.#state = state;
    this.#learnedDurable = deps.learnedDurable;
    this.#stateDurable = watermark;
    this.#overlay = new Overlay(state, watermark);
    this.machine = new Machine(this.#overlay, state.recovered, crypto);
    this.#history = new EventHistory(this.#overlay, this.machine);
    this.#applier = new Applier(
      {
        machine: this.machine,
        overlay: this.#overlay,
        log: deps.log,
        learnedDurable: deps.learnedDurable,
        decode: decodeChosen,
        batchOf: deps.batchOf,
        onApplied: (slot, value, applied) => {
          this.#digests.add(slot, value);
          this.#memberships.onApplied(slot, value);
          hashes.add(applied.effects);
          deps.onApplied(slot, value, applied);
        },
      },
      watermark,
      chosen,
    );
    this.#digests = new DigestTrail(crypto, watermark, digest);
    this.#memberships = new AppliedMembership(MEMBERSHIP_CODEC, watermark, membership);
    this.#flusher = new Flusher(
      state,
      this.#overlay,
      (at) => ({
        digest: this.#digests.at(at),
        stateHash: hashAt(hashes, at),
        membership: this.#memberships.at(at),
      }),
      (flushed) => {
        this.#stateDurable = flushed;
        this.#digests.drop(flushed);
        this.#memberships.forgetBelow(flushed);
        hashes.drop(flushed);
        deps.onFlushed(flushed);
      },
    );
  }

  /** The keys and changes as of the last applied slot. */
  get reader(): AppliedState {
    return this.#overlay;
  }

  get events(): EventReader {
    return this.#history;
  }

  /** Exclusive: every slot below is in what reads see. */
  get applied(): Slot {
    return this.#applier.applied;
  }

  get stateDurable(): Slot {
    return this.#stateDurable;
  }

  get isFlushing(): boolean {
    return !this.#flusher.idle;
  }

  /** Whether there is room to apply more; a leader without it refuses admission. */
  get hasRoom(): boolean {
    return this.#applier.hasRoom;
  }

  get bytes(): number {
    return this.#state.bytes();
  }

  /** Takes in what was chosen, ascending and contiguous, and applies it as far as it can. */
  add(chosen: readonly ChosenEntry[]): void {
    if (this.#isRetired || this.isLost) return;
    this.#applier.add(chosen);
    this.#applier.run();
  }

  /** Applies what it can in one turn; true when more could be applied at once. */
  run(): boolean {
    return !this.#isRetired && !this.isLost && this.#applier.run();
  }

  /** Looks whether something is to be written to the state. */
  poll(nowMs: number): void {
    if (!this.#isRetired && !this.#isHeld) this.#flusher.poll(nowMs, this.#learnedDurable());
  }

  /** While it is held nothing new is written to the state. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
  }

  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** There is no state: nothing is applied, and nothing is read. */
  get isLost(): boolean {
    return this.#state.isLost;
  }

  /** Why a state that is there is not used. */
  get fence(): string | undefined {
    return this.#state.fence;
  }

  /** Why nothing is read here; undefined: it can be. */
  get refusal(): Failure | undefined {
    if (!this.isLost) return undefined;
    const message =
      this.fence === undefined
        ? "this replica has lost its state and fetches it from others; ask another node"
        : "this replica's state is wrong, and it is fenced; ask another node";
    return failure("behind", "not_applied", message);
  }

  /** Another one is about to take its place: from now on it is read, and nothing else. */
  retire(): void {
    assert(!this.isFlushing, "I19: nothing is written to a state whose place is taken");
    this.#isRetired = true;
  }
}

function hashAt(hashes: StateHashes, watermark: Slot): number {
  return present(hashes.at(watermark), "I18: the hash at the end of a slice is known").hash;
}

/** A chosen batch that does not decode is a bug of whoever proposed it: nobody may apply past it. */
function decodeChosen(value: Value): Batch {
  const batch = decodeBatch(value.bytes);
  assert(typeof batch !== "string", `I3: a chosen batch decodes (${typeof batch === "string" ? batch : ""})`);
  return batch;
}
