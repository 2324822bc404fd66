import type { Action, OpenOperation, Operation } from "../../../src/lab/oracles/history.ts";
import { History } from "../../../src/lab/oracles/history.ts";
import type { SeededRandom } from "../../../src/lab/world/seeded-random.ts";

/** What the simulated store gets wrong, once, in the middle of the history. */
export type Fault = "none" | "lost-put" | "doubled-put" | "stale-read" | "undone-delete";

interface Stored {
  readonly tag: string;
  readonly version: number;
  readonly createRevision: number;
  readonly modRevision: number;
}

interface UnderWay {
  readonly open: OpenOperation;
  /** Undefined until it has taken effect. */
  finish: (() => void) | undefined;
}

/** One key of a store of one copy: what a linearizable store does, and how each promise looks when broken. */
class SimulatedKey {
  #stored: Stored | undefined;
  #before: Stored | undefined;
  #revision = 0;
  #pendingFault: Fault = "none";
  readonly #history: History;
  hasFailed = false;

  constructor(history: History) {
    this.#history = history;
  }

  breakNext(fault: Fault): void {
    this.#pendingFault = fault;
  }

  /** Takes effect now; the answer is given by calling what this returns. */
  execute(open: OpenOperation): () => void {
    const { action } = open;
    if (action.kind === "get") return this.#read(open);
    return action.kind === "put" ? this.#put(open, action.tag) : this.#delete(open);
  }

  #isBroken(fault: Fault): boolean {
    if (this.#pendingFault !== fault) return false;
    this.#pendingFault = "none";
    this.hasFailed = true;
    return true;
  }

  #put(open: OpenOperation, tag: string): () => void {
    this.#revision += 1;
    const revision = this.#revision;
    const { version, createRevision } = this.#stored ?? { version: 0, createRevision: revision };
    const after = { tag, version: version + 1, createRevision, modRevision: revision };
    this.#before = this.#stored;
    if (this.#isBroken("doubled-put")) {
      this.#revision += 1;
      this.#stored = { ...after, version: version + 2, modRevision: this.#revision };
    } else if (!this.#isBroken("lost-put")) this.#stored = after;
    return () => this.#history.finish(open, { kind: "put", version: version + 1, createRevision, revision });
  }

  #delete(open: OpenOperation): () => void {
    const deleted = this.#stored !== undefined;
    if (deleted) this.#revision += 1;
    const revision = this.#revision;
    if (deleted && !this.#isBroken("undone-delete")) {
      this.#before = this.#stored;
      this.#stored = undefined;
    }
    return () => this.#history.finish(open, { kind: "deleted", deleted, revision });
  }

  #read(open: OpenOperation): () => void {
    const record =
      this.#before !== this.#stored && this.#isBroken("stale-read") ? this.#before : this.#stored;
    const revision = this.#revision;
    return () => this.#history.finish(open, { kind: "read", record, revision });
  }
}

/** A random history of one writer and some readers on one key, and whether the fault really struck. */
export function simulateHistory(
  random: SeededRandom,
  options: { readonly steps: number; readonly fault: Fault },
): { readonly operations: readonly Operation[]; readonly hasFailed: boolean } {
  const history = new History(() => 0);
  const key = new SimulatedKey(history);
  const agents: (UnderWay | undefined)[] = Array.from({ length: 5 }, () => undefined);
  let floating: OpenOperation[] = [];
  let unknown = 0;
  for (let at = 0; at < options.steps; at++) {
    if (at === Math.floor(options.steps / 2)) key.breakNext(options.fault);
    if (random.isLucky(0.02)) floating = takeEffect(floating, key);
    const index = random.below(agents.length);
    const agent = agents[index];
    if (agent === undefined) {
      const open = history.invoke(`c${index}`, "k", index === 0 ? writerAction(at, random) : { kind: "get" });
      if (index === 0 && unknown < 4 && random.isLucky(0.05)) {
        unknown += 1;
        floating.push(open);
        history.finish(open, { kind: "unknown" });
      } else agents[index] = { open, finish: undefined };
    } else if (agent.finish === undefined) agent.finish = key.execute(agent.open);
    else {
      agent.finish();
      agents[index] = undefined;
    }
  }
  for (const agent of agents) agent?.finish?.();
  return { operations: history.of("k"), hasFailed: key.hasFailed };
}

function takeEffect(floating: readonly OpenOperation[], key: SimulatedKey): OpenOperation[] {
  const [first, ...rest] = floating;
  if (first !== undefined) key.execute(first);
  return rest;
}

function writerAction(at: number, random: SeededRandom): Action {
  return random.isLucky(0.2) ? { kind: "delete" } : { kind: "put", tag: `t${at}` };
}
