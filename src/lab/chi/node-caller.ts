import { unreachable } from "../../base/assert.ts";
import { KvdError } from "../../base/errors.ts";
import type { Address } from "../../base/seams.ts";
import { Dispatcher } from "../../client/dispatcher.ts";
import type { LinksDeps } from "../../client/links.ts";
import { Writer } from "../../client/writer.ts";
import type { Operation } from "../../kv/command.ts";
import { invalidReason } from "../../kv/invalid-reason.ts";
import type { NodeStatus, ReplyBody, Request } from "../../wire/client-messages.ts";
import type { Answer } from "./chi-world.ts";
import type { Question } from "./script.ts";

/** A change may be executed for this much longer than it is waited for. */
const REPEATABLE_BEYOND_MS = 10_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Asking {
  readonly changes: boolean;
  readonly request: (id: number, timeoutMs: number) => Request;
  readonly timeoutMs: number;
}

/** A client of one node and no other, which passes on what it cannot answer itself. */
export class NodeCaller {
  readonly #address: Address;
  readonly #deps: LinksDeps;
  readonly #dispatcher: Dispatcher;
  readonly #writer: Writer;

  /** Takes ownership of `deps.network`. */
  constructor(address: Address, deps: LinksDeps) {
    this.#address = address;
    this.#deps = deps;
    this.#dispatcher = new Dispatcher([address], deps);
    this.#writer = new Writer(deps.random.bytes(16), this.#dispatcher.time, deps.clock);
  }

  /** Never rejects because of what the node answers, or that it does not. */
  async ask(question: Question, timeoutMs: number): Promise<Answer> {
    try {
      const { body, revision } = await this.#call(this.#asking(question, timeoutMs));
      return answerOf(body, revision);
    } catch (thrown) {
      if (!(thrown instanceof KvdError)) throw thrown;
      const { code, outcome, message } = thrown.failure;
      return { kind: "error", code, outcome, message };
    }
  }

  /** Undefined when the node does not answer. */
  async status(timeoutMs: number): Promise<NodeStatus | undefined> {
    const request = (id: number): Request => ({ kind: "status", id });
    try {
      const { body } = await this.#call({ changes: false, request, timeoutMs });
      return body.kind === "status" ? body.status : undefined;
    } catch (thrown) {
      if (!(thrown instanceof KvdError)) throw thrown;
      return undefined;
    }
  }

  /** Resolves when this node has handed over to the named one, or when it will not. */
  async handOver(to: string, timeoutMs: number): Promise<void> {
    const request: Asking["request"] = (id, patienceMs) => ({
      kind: "hand-over",
      id,
      timeoutMs: patienceMs,
      to,
    });
    try {
      await this.#call({ changes: false, request, timeoutMs });
    } catch (thrown) {
      if (!(thrown instanceof KvdError)) throw thrown;
    }
  }

  close(): void {
    this.#dispatcher.close();
  }

  #asking(question: Question, timeoutMs: number): Asking {
    const key = encoder.encode(question.key);
    switch (question.kind) {
      case "get": {
        const consistency = { level: "linearizable" } as const;
        const request: Asking["request"] = (id, patienceMs) => ({
          kind: "get",
          id,
          timeoutMs: patienceMs,
          key,
          consistency,
        });
        return { changes: false, request, timeoutMs };
      }
      case "set": {
        const value = encoder.encode(question.value);
        return this.#changing({ kind: "put", key, value, previous: false }, timeoutMs);
      }
      case "delete":
        return this.#changing({ kind: "delete", key, previous: false }, timeoutMs);
      default:
        return unreachable(question);
    }
  }

  #changing(operation: Operation, timeoutMs: number): Asking {
    const refusal = invalidReason(operation);
    if (refusal !== undefined) throw new KvdError(refusal);
    const mutation = this.#writer.begin(operation, timeoutMs + REPEATABLE_BEYOND_MS, {});
    return {
      changes: true,
      request: (id, patienceMs) => this.#writer.request(mutation, id, patienceMs),
      timeoutMs,
    };
  }

  #call(asking: Asking): Promise<{ readonly body: ReplyBody; readonly revision: number }> {
    const { changes, request, timeoutMs } = asking;
    return new Promise((settle, reject) => {
      this.#dispatcher.start({
        target: { kind: "node", address: this.#address },
        changes,
        timeoutMs,
        giveUpMs: this.#deps.clock.nowMs() + timeoutMs,
        request,
        settle,
        fail: (failure) => reject(new KvdError(failure)),
      });
    });
  }
}

function answerOf(body: ReplyBody, revision: number): Answer {
  if (body.kind === "record") {
    if (body.record === undefined) return { kind: "absent", revision };
    return { kind: "value", value: decoder.decode(body.record.value), revision };
  }
  if (body.kind === "result") {
    const { result } = body;
    const isAbsent = result.kind === "delete" && !result.deleted;
    return { kind: isAbsent ? "absent" : "done", revision: result.revision };
  }
  const message = `the node answered with a ${body.kind} that was not asked for`;
  return { kind: "error", code: "bad_request", outcome: "unknown", message };
}
