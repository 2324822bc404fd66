import { slot } from "../../../src/base/ids.ts";
import { bytesOf } from "../../../src/client/key-bytes.ts";
import type { Entry, Operation } from "../../../src/kv/command.ts";
import { keyText } from "../../../src/kv/key-text.ts";
import {
  CallLog,
  type StoreAnswer,
  type StoreCall,
  type StoreOperation,
} from "../../../src/lab/oracles/call-log.ts";
import { perform } from "../../../src/lab/oracles/plain-operations.ts";
import { PlainStore } from "../../../src/lab/oracles/plain-store.ts";
import { ChangeDraw, type ChangeKind } from "../../../src/lab/workload/drawn-change.ts";
import { HotKeys } from "../../../src/lab/workload/hot-keys.ts";
import type { SeededRandom } from "../../../src/lab/world/seeded-random.ts";

/** What the simulated store gets wrong, once, in the second half of the history. */
export type CallFault =
  | "none"
  | "doubled-modify"
  | "split-put-all"
  | "ignored-condition"
  | "lost-range"
  | "stale-read";

const KINDS: readonly ChangeKind[] = [
  "put",
  "put",
  "put",
  "delete",
  "delete-range",
  "put-all",
  "modify",
  "modify",
  "txn",
  "touch",
  "lease-grant",
  "lease-revoke",
];

/** Without an answer: it was refused, and told nothing. */
interface Told {
  readonly answer: StoreAnswer | undefined;
  readonly revision: number | undefined;
}

interface UnderWay {
  readonly call: StoreCall;
  readonly isAnswered: boolean;
  answer: Told | undefined;
}

/** A store of one copy that several clients ask at once, and how each promise looks when it is broken. */
export class SimulatedCalls {
  readonly log = new CallLog();
  hasFailed = false;
  #store = new PlainStore();
  #past: PlainStore[] = [];
  #fault: CallFault = "none";
  readonly #random: SeededRandom;
  readonly #hot = new HotKeys();
  readonly #draw: ChangeDraw;

  constructor(random: SeededRandom) {
    this.#random = random;
    let tags = 0;
    this.#draw = new ChangeDraw(random, this.#hot, () => `t${++tags}`);
  }

  run(steps: number, fault: CallFault): readonly StoreCall[] {
    const random = this.#random;
    const agents: (UnderWay | undefined)[] = [undefined, undefined, undefined];
    for (let at = 0; at < steps; at++) {
      if (at === Math.floor(steps / 2)) this.#fault = fault;
      if (random.isLucky(0.02)) this.#end();
      const index = random.below(agents.length);
      const agent = agents[index];
      if (agent === undefined) agents[index] = this.#begin(`c${index}`);
      else if (agent.answer === undefined) agent.answer = this.#takeEffect(agent.call.operation);
      else {
        const { answer, revision } = agent.answer;
        if (answer === undefined) this.log.drop(agent.call);
        else if (agent.isAnswered) this.log.finish(agent.call, answer, revision);
        agents[index] = undefined;
      }
    }
    return this.log.calls;
  }

  #begin(client: string): UnderWay {
    const random = this.#random;
    const operation: StoreOperation = random.isLucky(0.3)
      ? { kind: "get", key: bytesOf(this.#draw.key()) }
      : random.isLucky(0.1)
        ? { kind: "range", start: bytesOf("m/"), end: bytesOf("m0") }
        : this.#draw.draw(random.pick(KINDS)).operation;
    return { call: this.log.invoke(client, operation), isAnswered: !random.isLucky(0.04), answer: undefined };
  }

  #takeEffect(operation: StoreOperation): Told | undefined {
    const { revision } = this.#store;
    if (operation.kind === "get") {
      const present = this.#store.get(operation.key);
      const past = this.#past.at(-10)?.get(operation.key);
      const isStale = past !== present && this.#isBroken("stale-read");
      return { answer: { kind: "record", record: isStale ? past : present }, revision };
    }
    if (operation.kind === "range") {
      const keys = this.#store.within(operation);
      const items = keys.flatMap((key) => {
        const record = this.#store.records.get(key);
        return record === undefined ? [] : [{ key: bytesOf(key), record }];
      });
      return { answer: { kind: "range", items }, revision };
    }
    if (operation.kind === "ended") return undefined;
    return this.#change(operation);
  }

  #change(asked: Operation): Told {
    this.#past.push(this.#store);
    const operation = this.#withFault(asked);
    const { store, outcome } = perform(this.#store, operation);
    const isLost = operation.kind === "delete-range" && store !== this.#store && this.#isBroken("lost-range");
    this.#store = isLost ? new PlainStore(this.#store, store.revision) : store;
    if (outcome.kind === "failure") {
      const { code, conflict } = outcome;
      const answer = code === "condition_failed" ? ({ kind: "conflict", conflict } as const) : undefined;
      return { answer, revision: undefined };
    }
    const { result } = outcome;
    if (operation.kind === "modify") {
      const twice = perform(this.#store, operation).store;
      if (twice.revision > this.#store.revision && this.#isBroken("doubled-modify")) this.#store = twice;
    }
    if (operation.kind === "put-all" && this.#isBroken("split-put-all")) this.#split(operation.entries);
    if (result.kind === "lease-grant") this.#hot.granted(result.leaseId);
    for (const [key, record] of this.#store.records) this.#hot.learn(key, record);
    return { answer: { kind: "result", result }, revision: result.revision };
  }

  /** The last entry comes one revision after the others. */
  #split(entries: readonly Entry[]): void {
    const key = keyText(entries.at(-1)?.key ?? new Uint8Array(0));
    this.#store = new PlainStore(this.#store, this.#store.revision + 1);
    const record = this.#store.records.get(key);
    if (record !== undefined) this.#store.correct(key, { ...record, modRevision: record.modRevision + 1 });
  }

  #withFault(operation: Operation): Operation {
    if (operation.kind !== "put" || operation.condition === undefined) return operation;
    const { condition: _, ...rest } = operation;
    const isRefused = perform(this.#store, operation).outcome.kind === "failure";
    return isRefused && this.#isBroken("ignored-condition") ? rest : operation;
  }

  #isBroken(fault: CallFault): boolean {
    if (this.#fault !== fault) return false;
    this.#fault = "none";
    this.hasFailed = true;
    return true;
  }

  /** The time of a key is over. */
  #end(): void {
    const keys = [...this.#store.records.keys()];
    if (keys.length === 0) return;
    const key = this.#random.pick(keys);
    const store = new PlainStore(this.#store);
    store.remove(key);
    this.log.onEnded({ slot: slot(1), revision: store.revision, keys: [key] });
    this.#store = store;
  }
}
