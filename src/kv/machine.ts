import { assert } from "../base/assert.ts";
import type { Ballot, Slot } from "../base/ids.ts";
import { SLOT_KEYS_MAX } from "../base/limits.ts";
import type { Crypto } from "../base/seams.ts";
import type { Batch, Command } from "./command.ts";
import { Draft, type DraftReader } from "./draft.ts";
import { ExactlyOnce } from "./exactly-once.ts";
import { Expiries } from "./expiries.ts";
import { invalidIdentityReason } from "./invalid-reason.ts";
import { changedKeysMax } from "./operation-size.ts";
import { execute } from "./operations/execute.ts";
import { expireDue } from "./operations/expire.ts";
import type { CommandOutcome } from "./outcome.ts";
import { BatchMemory } from "./owned-bytes.ts";
import type { Principal } from "./principal.ts";
import { Principals } from "./principals.ts";
import type { ExecutedRecord, ExpiryRows, MachineMeta, Row, SlotEffects } from "./state.ts";

/** What a machine starts from: the state's meta and all its rows but those of the keys. */
export interface RecoveredMachine extends ExpiryRows {
  readonly meta: MachineMeta;
  /** Ascending by slot. */
  executed(): Iterable<{ readonly slot: Slot; readonly records: readonly ExecutedRecord[] }>;
  principals(): Iterable<{ readonly id: string; readonly principal: Principal }>;
}

export interface AppliedSlot {
  readonly effects: SlotEffects;
  /** One per command, in the batch's order. */
  readonly outcomes: readonly CommandOutcome[];
}

/**
 * The replicated state machine: the same slots in the same order give the same rows and the same answers
 * on every node. It reads the state through `reader`, behind which the caller puts each slot's effects
 * before the next one is applied.
 * Source: Schneider 1990, "Implementing fault-tolerant services using the state machine approach".
 */
export class Machine {
  readonly #reader: DraftReader;
  readonly #crypto: Pick<Crypto, "crc32">;
  readonly #executed: ExactlyOnce;
  readonly #expiries: Expiries;
  readonly #principals: Principals;
  #lastSlot: Slot | undefined;
  #timeMs: number;
  #reign: Ballot;
  #revision: number;
  #keyCount: number;
  #lastLeaseId: number;
  #compacted: number;
  #leaderLeaseMs: number;

  constructor(reader: DraftReader, recovered: RecoveredMachine, crypto: Pick<Crypto, "crc32">) {
    this.#reader = reader;
    this.#crypto = crypto;
    this.#executed = new ExactlyOnce(recovered.executed());
    this.#expiries = new Expiries(recovered);
    this.#principals = new Principals(recovered.principals());
    this.#timeMs = recovered.meta.timeMs;
    this.#reign = recovered.meta.reign;
    this.#revision = recovered.meta.revision;
    this.#keyCount = recovered.meta.keyCount;
    this.#lastLeaseId = recovered.meta.lastLeaseId;
    this.#compacted = recovered.meta.compacted;
    this.#leaderLeaseMs = recovered.meta.leaderLeaseMs;
  }

  /** Cluster time after the last applied slot, ms. */
  get timeMs(): number {
    return this.#timeMs;
  }

  /** The store's revision: the number of changes so far. */
  get revision(): number {
    return this.#revision;
  }

  /** The greatest revision whose changes are forgotten; 0 when none are. */
  get compacted(): number {
    return this.#compacted;
  }

  /** How long the leader's lease is, ms; 0: there is none. */
  get leaderLeaseMs(): number {
    return this.#leaderLeaseMs;
  }

  /** Keys alive. */
  get keyCount(): number {
    return this.#keyCount;
  }

  /** Results held for repeats. */
  get tableSize(): number {
    return this.#executed.size;
  }

  /** The leases, and what ends keys by themselves, after the last applied slot. */
  get expiries(): Pick<Expiries, "of" | "lease" | "leasesFrom" | "keysHeld" | "keysOf" | "size"> {
    return this.#expiries;
  }

  /** Who may use the cluster, after the last applied slot. */
  get principals(): Pick<Principals, "get" | "entries" | "size"> {
    return this.#principals;
  }

  /** Cluster time at which something is to end, or may be forgotten; infinite when nothing is. */
  get dueMs(): number {
    return Math.min(this.#executed.dueMs, this.#expiries.first?.atMs ?? Number.POSITIVE_INFINITY);
  }

  /** Executes a batch; slots come ascending, without a gap (I14). */
  apply(slot: Slot, batch: Batch): AppliedSlot {
    this.#advance(slot);
    // A smaller stamp is legal: a new leader's clock may be behind what was chosen before it. One of an outlived
    // leader, brought back behind its successor's, may be ahead of that: what began since would end early by it.
    if (batch.reign >= this.#reign) this.#timeMs = Math.max(this.#timeMs, batch.stampMs);
    this.#reign = batch.reign > this.#reign ? batch.reign : this.#reign;
    const draft = new Draft(this.#reader, new BatchMemory(batch), {
      revision: this.#revision,
      keyCount: this.#keyCount,
      lastLeaseId: this.#lastLeaseId,
      compacted: this.#compacted,
      leaderLeaseMs: this.#leaderLeaseMs,
      timeMs: this.#timeMs,
      expiries: this.#expiries,
      principals: this.#principals,
    });
    // First of all, so that no command of the slot sees what its time has ended.
    expireDue(draft, SLOT_KEYS_MAX - keysChangedMax(batch));
    const outcomes: CommandOutcome[] = [];
    for (const command of batch.commands) outcomes.push(this.#answer(slot, command, draft));
    this.#revision = draft.revision;
    this.#keyCount = draft.keyCount;
    this.#lastLeaseId = draft.lastLeaseId;
    this.#compacted = draft.compacted;
    this.#leaderLeaseMs = draft.leaderLeaseMs;
    return { effects: this.#effects(slot, draft.rows()), outcomes };
  }

  /** Passes a slot that holds nothing for the data. */
  applyNoop(slot: Slot): AppliedSlot {
    this.#advance(slot);
    return { effects: this.#effects(slot, []), outcomes: [] };
  }

  #advance(slot: Slot): void {
    const isNext = this.#lastSlot === undefined || slot === this.#lastSlot + 1;
    assert(isNext, `I14: slot ${slot} applied after slot ${this.#lastSlot}`);
    this.#lastSlot = slot;
  }

  #answer(slot: Slot, command: Command, draft: Draft): CommandOutcome {
    const { identity } = command;
    const wrongIdentity = invalidIdentityReason(identity);
    if (wrongIdentity !== undefined) return { kind: "failure", failure: wrongIdentity };
    const payloadHash = this.#crypto.crc32(command.payload);
    const timeMs = this.#timeMs;
    const verdict = this.#executed.examine(identity, payloadHash, timeMs);
    if (verdict.kind === "answered") return verdict.outcome;
    const outcome = execute(command.operation, draft);
    this.#executed.record(slot, verdict.history, { identity, payloadHash, timeMs, outcome });
    return outcome;
  }

  /** `rows` are those of the keys and their changes; what else the slot changes is added to them. */
  #effects(slot: Slot, rows: Row[]): SlotEffects {
    const records = this.#executed.closeSlot();
    if (records !== undefined) rows.push({ table: "executed", slot, records });
    for (const dropped of this.#executed.dropRows(this.#timeMs)) {
      rows.push({ table: "executed", slot: dropped, records: undefined });
    }
    for (const row of this.#expiries.takeRows()) rows.push(row);
    for (const row of this.#principals.takeRows()) rows.push(row);
    const meta: MachineMeta = {
      revision: this.#revision,
      timeMs: this.#timeMs,
      reign: this.#reign,
      keyCount: this.#keyCount,
      expiryCount: this.#expiries.keyCount,
      leaseCount: this.#expiries.leaseCount,
      lastLeaseId: this.#lastLeaseId,
      principalCount: this.#principals.size,
      compacted: this.#compacted,
      leaderLeaseMs: this.#leaderLeaseMs,
    };
    return { slot, rows, meta };
  }
}

function keysChangedMax(batch: Batch): number {
  let keys = 0;
  for (const { operation } of batch.commands) keys += changedKeysMax(operation);
  return keys;
}
