import { equalBytes } from "../../base/bytes.ts";
import type { Ballot, Slot } from "../../base/ids.ts";
import { RESULT_GRACE_MS } from "../../base/limits.ts";
import type { Batch, Command, KeyRecord } from "../../kv/command.ts";
import { keyText } from "../../kv/key-text.ts";
import type { Principal } from "../../kv/principal.ts";
import { type Expiry, FRESH_META, type Lease, type MachineMeta } from "../../kv/state.ts";
import { roomOf, withoutEnded } from "./plain-expiry.ts";
import { perform } from "./plain-operations.ts";
import type { PlainOutcome } from "./plain-refusal.ts";
import { PlainStore } from "./plain-store.ts";
import { demand } from "./violation.ts";

/** One command that was executed, remembered for ever; a refusal of its own operation is an execution, too. Times in cluster ms. */
export interface Execution {
  readonly slot: Slot;
  readonly command: Command;
  /** In the form of a map's key. */
  readonly client: string;
  readonly outcome: PlainOutcome;
  /** The store's revision after it. */
  readonly revision: number;
  readonly keepUntilMs: number;
  /** What the client had acknowledged, and the longest any of its results is kept, as of this execution. */
  readonly acknowledged: number;
  readonly clientKeepUntilMs: number;
}

/** Keys that a slot's time has ended, all at one revision. */
export interface Ended {
  readonly slot: Slot;
  readonly revision: number;
  readonly keys: readonly string[];
}

export interface Change {
  readonly slot: Slot;
  readonly revision: number;
  /** Undefined: deleted. */
  readonly record: KeyRecord | undefined;
  /** Of the change before it; 0 when there was none, or it was forgotten before the key was made again. */
  readonly previousRevision: number;
}

/** A change in the order in which all of them were made. */
export interface LoggedChange {
  readonly key: string;
  readonly change: Change;
}

/** How something stood from a slot on. */
interface Standing<Content> {
  readonly slot: Slot;
  readonly content: Content | undefined;
}

/** `CLIENT:SEQUENCE` of a command, the client in the form of a map's key. */
export function executionKey(client: Uint8Array, sequence: number): string {
  return `${keyText(client)}:${sequence}`;
}

/**
 * The state machine once more, as plainly as can be: every chosen batch in slot order on maps that keep all
 * their past, and a record of every request for ever. Whatever was executed, was executed once (I20).
 */
export class Model {
  #store = new PlainStore();
  readonly #changes = new Map<string, Change[]>();
  readonly #leases = new Map<number, Standing<Lease>[]>();
  readonly #ends = new Map<string, Standing<Expiry>[]>();
  readonly #principals = new Map<string, Standing<Principal>[]>();
  readonly #executions = new Map<string, Execution>();
  readonly #rows = new Map<Slot, Execution[]>();
  /** By client, in the order of execution. */
  readonly #ofClients = new Map<string, Execution[]>();
  readonly #log: LoggedChange[] = [];
  /** How many changes of keys there were up to a revision, by revision. */
  readonly #changeCounts: number[] = [0];
  /** By watermark, less one. */
  readonly #metas: MachineMeta[] = [FRESH_META];

  /** One past the last slot that was applied. */
  get watermark(): number {
    return this.#metas.length;
  }

  /** By slot, ascending, and in each in the order of execution. */
  get executions(): ReadonlyMap<Slot, readonly Execution[]> {
    return this.#rows;
  }

  keys(): IterableIterator<string> {
    return this.#changes.keys();
  }

  /** The next slot's batch, undefined for a slot that holds no commands; what its time has ended. */
  apply(slot: Slot, batch: Batch | undefined): Ended | undefined {
    demand(
      slot === this.watermark,
      "I14 the model sees every slot",
      () => `${slot} after ${this.watermark - 1}`,
    );
    const ended = batch === undefined ? undefined : this.#applyBatch(slot, batch);
    const { revision, timeMs, reign, records, ends, leases, principals } = this.#store;
    const { lastLeaseId, compacted, leaderLeaseMs } = this.#store;
    this.#metas.push({
      revision,
      timeMs,
      reign: reign as Ballot,
      keyCount: records.size,
      expiryCount: ends.size,
      leaseCount: leases.size,
      lastLeaseId,
      principalCount: principals.size,
      compacted,
      leaderLeaseMs,
    });
    return ended;
  }

  /** After all slots below `watermark`. */
  metaAt(watermark: number): MachineMeta {
    const meta = this.#metas[watermark - 1];
    demand(meta !== undefined, "I14 applied is chosen", () => `nobody has learned up to ${watermark}`);
    return meta;
  }

  /** What the key holds after all slots below `watermark`. */
  recordAt(key: string, watermark: number): KeyRecord | undefined {
    return lastOf(this.#changes.get(key), (change) => change.slot < watermark)?.record;
  }

  /** The change of the key that took this revision. */
  changeOf(key: string, revision: number): Change | undefined {
    const found = lastOf(this.#changes.get(key), (change) => change.revision <= revision);
    return found?.revision === revision ? found : undefined;
  }

  /** The key's last change at or below a revision. */
  lastChangeOf(key: string, revision: number): Change | undefined {
    return lastOf(this.#changes.get(key), (change) => change.revision <= revision);
  }

  /** The key's first change above a revision. */
  nextChangeOf(key: string, revision: number): Change | undefined {
    return this.#changes.get(key)?.find((change) => change.revision > revision);
  }

  /** The revision of the key's last change in the slots below `watermark`. */
  lastChangeAt(key: string, watermark: number): number | undefined {
    return lastOf(this.#changes.get(key), (change) => change.slot < watermark)?.revision;
  }

  /** Every change of any key, in the order in which they were made, from 0 on. */
  changeAt(place: number): LoggedChange | undefined {
    return this.#log[place];
  }

  /** Where the changes of a revision begin, or of the ones after it. */
  placeOf(revision: number): number {
    return this.#changeCounts[Math.min(revision, this.#changeCounts.length) - 1] ?? 0;
  }

  /** How many changes of keys took revisions in (after, through]. */
  changeCount(after: number, through: number): number {
    return (this.#changeCounts[through] ?? 0) - (this.#changeCounts[after] ?? 0);
  }

  /** What the key holds at a revision of the store. */
  recordAtRevision(key: string, revision: number): KeyRecord | undefined {
    return lastOf(this.#changes.get(key), (change) => change.revision <= revision)?.record;
  }

  /** The leases after all slots below `watermark`, those that are still to be taken away included. */
  leasesAt(watermark: number): ReadonlyMap<number, Lease> {
    return standingAt(this.#leases, watermark);
  }

  /** Who may use the cluster after all slots below `watermark`, by id. */
  principalsAt(watermark: number): ReadonlyMap<string, Principal> {
    return standingAt(this.#principals, watermark);
  }

  /** What ends keys by themselves after all slots below `watermark`, by key. */
  endsAt(watermark: number): ReadonlyMap<string, Expiry> {
    return standingAt(this.#ends, watermark);
  }

  /** What ends one key by itself after all slots below `watermark`. */
  endAt(key: string, watermark: number): Expiry | undefined {
    return lastOf(this.#ends.get(key), (standing) => standing.slot < watermark)?.content;
  }

  /** The execution of a request, if it was ever executed. */
  executionOf(key: string): Execution | undefined {
    return this.#executions.get(key);
  }

  /** The last of this execution's client in the slots below `watermark`. */
  lastOfClient({ client }: Execution, watermark: number): Execution | undefined {
    return lastOf(this.#ofClients.get(client), (execution) => execution.slot < watermark);
  }

  #applyBatch(slot: Slot, batch: Batch): Ended | undefined {
    const isOutlived = batch.reign < this.#store.reign;
    if (!isOutlived && batch.stampMs > this.#store.timeMs) this.#store.timeMs = batch.stampMs;
    this.#store.reign = Math.max(this.#store.reign, batch.reign);
    // First of all, so that no command of the slot sees what its time has ended.
    const rest = withoutEnded(this.#store, roomOf(batch));
    const keys = [...rest.touchedKeys];
    const hasEnded = rest !== this.#store && keys.length > 0;
    this.#goOn(slot, rest);
    for (const command of batch.commands) this.#perform(slot, command);
    return hasEnded ? { slot, revision: rest.revision, keys } : undefined;
  }

  #perform(slot: Slot, command: Command): void {
    const { sequence, acknowledged, deadlineMs } = command.identity;
    const { timeMs } = this.#store;
    const client = keyText(command.identity.client);
    const ofClient = listOf(this.#ofClients, client);
    const latest = ofClient.at(-1);
    const known = latest !== undefined && timeMs <= latest.clientKeepUntilMs ? latest : undefined;
    const key = executionKey(command.identity.client, sequence);
    const isRepeat = this.#executions.has(key);
    if (known !== undefined && sequence <= known.acknowledged) return;
    if (timeMs > deadlineMs) return;
    // Before its deadline a repeat finds the record of the first time: the answer is kept longer than that.
    if (isRepeat) return;
    const { store, outcome } = perform(this.#store, command.operation);
    this.#goOn(slot, store);
    const keepUntilMs = deadlineMs + RESULT_GRACE_MS;
    const execution: Execution = {
      slot,
      command,
      client,
      outcome,
      revision: store.revision,
      keepUntilMs,
      acknowledged: Math.max(known?.acknowledged ?? 0, acknowledged),
      clientKeepUntilMs: Math.max(known?.clientKeepUntilMs ?? 0, keepUntilMs),
    };
    this.#executions.set(key, execution);
    ofClient.push(execution);
    listOf(this.#rows, slot).push(execution);
  }

  /** The store as one more step of the slot has made it. */
  #goOn(slot: Slot, store: PlainStore): void {
    if (store === this.#store) return;
    const before = this.#store;
    this.#store = store;
    let changeCount = this.#changeCounts[before.revision] ?? 0;
    for (const key of store.touchedKeys) {
      const record = store.records.get(key);
      if (record !== before.records.get(key)) {
        this.#change(slot, key, record);
        changeCount++;
      }
      listOf(this.#ends, key).push({ slot, content: store.ends.get(key) });
    }
    this.#changeCounts[store.revision] = changeCount;
    for (const id of store.touchedLeases)
      listOf(this.#leases, id).push({ slot, content: store.leases.get(id) });
    for (const id of store.touchedPrincipals)
      listOf(this.#principals, id).push({ slot, content: store.principals.get(id) });
  }

  #change(slot: Slot, key: string, record: KeyRecord | undefined): void {
    const { revision, compacted } = this.#store;
    const changes = listOf(this.#changes, key);
    const last = changes.at(-1);
    const isKnown = last !== undefined && (last.record !== undefined || last.revision > compacted);
    const change = { slot, revision, record, previousRevision: isKnown ? last.revision : 0 };
    changes.push(change);
    this.#log.push({ key, change });
  }
}

function listOf<Key, Item>(lists: Map<Key, Item[]>, key: Key): Item[] {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const made: Item[] = [];
  lists.set(key, made);
  return made;
}

function standingAt<Key, Content>(
  lists: ReadonlyMap<Key, readonly Standing<Content>[]>,
  watermark: number,
): ReadonlyMap<Key, Content> {
  const found = new Map<Key, Content>();
  for (const [key, list] of lists) {
    const content = lastOf(list, (standing) => standing.slot < watermark)?.content;
    if (content !== undefined) found.set(key, content);
  }
  return found;
}

export function equalRecords(left: KeyRecord | undefined, right: KeyRecord | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return (
    left.modRevision === right.modRevision &&
    left.createRevision === right.createRevision &&
    left.version === right.version &&
    left.leaseId === right.leaseId &&
    (left.value === right.value || equalBytes(left.value, right.value))
  );
}

/** The last of those that `holds` is true of; it is of the first ones up to some point. */
function lastOf<Item>(items: readonly Item[] | undefined, holds: (item: Item) => boolean): Item | undefined {
  if (items === undefined) return undefined;
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(items[middle] as Item)) low = middle + 1;
    else high = middle;
  }
  return items[low - 1];
}
