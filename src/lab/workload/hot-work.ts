import { KvdError } from "../../base/errors.ts";
import { bytesOf, intervalOf } from "../../client/key-bytes.ts";
import type { Operation, Result } from "../../kv/command.ts";
import type { StoreAnswer } from "../oracles/call-log.ts";
import { CHANGE_KINDS, ChangeDraw, type ChangeKind, type DrawnChange } from "./drawn-change.ts";
import { asRefusal, insist, PATIENCE_MS } from "./insistence.ts";
import type { Program } from "./program.ts";

/** Every operation there is, on the keys that are everybody's. */
export class HotWork {
  readonly #program: Program;
  readonly #draw: ChangeDraw;

  constructor(program: Program) {
    this.#program = program;
    const { random, hot } = program.deps;
    this.#draw = new ChangeDraw(random, hot, () => program.nextTag());
  }

  async change(worker: string): Promise<void> {
    await this.#ask(worker, this.#draw.draw(this.#kind()));
  }

  /** Two at once: they mostly come to stand in one slot, and the second meets what the first has done there. */
  async changeTwice(worker: string): Promise<void> {
    const both = this.#draw.drawTogether([this.#kind(), this.#kind()]);
    await Promise.all(both.map((drawn) => this.#ask(worker, drawn)));
  }

  async #ask(worker: string, drawn: DrawnChange): Promise<void> {
    const program = this.#program;
    const { calls, count } = program.deps;
    const { operation } = drawn;
    const call = calls.invoke(worker, operation);
    const insisted = await insist(program, async (client, options) => {
      const reply = await program.call(drawn.ask(client, options));
      if (client === program.client) program.deps.snapshots.onAnswer(program.name, reply.revision);
      return resultOf(operation, reply);
    });
    switch (insisted.kind) {
      case "answered": {
        const { answer: result } = insisted;
        calls.finish(call, { kind: "result", result }, result.revision);
        count(`operation:${nameOf(operation)}`);
        this.#learn(drawn, result);
        return;
      }
      case "refused": {
        const { code, conflict } = insisted.failure;
        count(`refusal:${code}`);
        if (code === "condition_failed") calls.finish(call, { kind: "conflict", conflict }, undefined);
        else calls.drop(call);
        return;
      }
      case "unknown":
        // It stays without an answer.
        count("operation:unknown");
    }
  }

  async read(worker: string): Promise<void> {
    const { random } = this.#program.deps;
    switch (random.below(7)) {
      case 0:
        return this.#range(worker);
      case 1:
        return this.#sequential();
      case 2:
        return this.#leases();
      case 3:
        return this.#principals();
      default:
        return this.#get(worker);
    }
  }

  /** All of them once more; must succeed. */
  async readAll(worker: string, timeoutMs: number): Promise<void> {
    await this.#range(worker, timeoutMs);
  }

  async #get(worker: string): Promise<void> {
    const { hot } = this.#program.deps;
    const key = this.#draw.key();
    await this.#told(worker, { kind: "get", key: bytesOf(key) }, async () => {
      const { record, revision } = await this.#program.client.get(key, { timeoutMs: PATIENCE_MS });
      if (record !== undefined) hot.learn(key, record);
      return { revision, answer: { kind: "record", record } };
    });
  }

  async #range(worker: string, timeoutMs = PATIENCE_MS): Promise<void> {
    const { prefix } = this.#program.deps.hot;
    await this.#told(worker, { kind: "range", ...intervalOf({ prefix }) }, async () => {
      const { items, revision } = await this.#program.client.range({ prefix, timeoutMs });
      return { revision, answer: { kind: "range", items } };
    });
  }

  /** What a session is told is checked where it arrives. */
  async #sequential(): Promise<void> {
    const options = { consistency: "sequential", timeoutMs: PATIENCE_MS } as const;
    const { revision } = await this.#program.call(this.#program.client.get(this.#draw.key(), options));
    this.#program.deps.snapshots.onAnswer(this.#program.name, revision);
  }

  async #leases(): Promise<void> {
    await this.#program.call(this.#program.client.leases({ timeoutMs: PATIENCE_MS }));
  }

  async #principals(): Promise<void> {
    await this.#program.call(this.#program.client.principals({ timeoutMs: PATIENCE_MS }));
  }

  async #told(
    worker: string,
    operation: Parameters<Program["deps"]["calls"]["invoke"]>[1],
    read: () => Promise<{ readonly revision: number; readonly answer: StoreAnswer }>,
  ): Promise<void> {
    const { calls } = this.#program.deps;
    const call = calls.invoke(worker, operation);
    try {
      const { revision, answer } = await this.#program.call(read());
      calls.finish(call, answer, revision);
    } catch (thrown) {
      if (thrown instanceof KvdError) calls.drop(call);
      throw asRefusal(thrown);
    }
  }

  #kind(): ChangeKind {
    const { random, workload } = this.#program.deps;
    let at = random.fraction() * CHANGE_KINDS.reduce((sum, kind) => sum + workload.mix[kind], 0);
    return (
      CHANGE_KINDS.find((kind) => {
        at -= workload.mix[kind];
        return at < 0;
      }) ?? "put"
    );
  }

  #learn({ operation }: DrawnChange, result: Result): void {
    const { hot } = this.#program.deps;
    if (result.kind === "lease-grant") hot.granted(result.leaseId);
    if (operation.kind === "put" && result.kind === "put") {
      const { createRevision, version, revision } = result;
      const told = { value: operation.value, modRevision: revision, createRevision, version };
      hot.learn(new TextDecoder().decode(operation.key), told);
    }
    if (operation.kind === "modify" && result.kind === "modify" && result.value !== undefined)
      hot.learn(new TextDecoder().decode(operation.key), { ...result, value: result.value });
  }
}

/** The answer as the machine gave it. */
function resultOf(
  { kind }: Operation,
  reply: { readonly revision: number; readonly servedBy?: string; readonly repeated?: boolean },
): Result {
  const { servedBy: _, repeated: __, ...result } = reply;
  return { ...result, kind } as Result;
}

/** For the report: a conditional change is another than an unconditional one. */
function nameOf(operation: Operation): string {
  switch (operation.kind) {
    case "put":
    case "delete":
      return operation.condition === undefined ? operation.kind : `${operation.kind}-if`;
    case "modify":
      return operation.change.kind;
    default:
      return operation.kind;
  }
}
