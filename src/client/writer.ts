import type { Failure, Outcome } from "../base/errors.ts";
import type { Clock } from "../base/seams.ts";
import type { Operation } from "../kv/command.ts";
import type { Request } from "../wire/client-messages.ts";
import { encodeCommand } from "../wire/command-codec.ts";
import type { ClusterTime } from "./cluster-time.ts";
import type { ChangeOptions, ChosenIdentity } from "./options.ts";
import type { RequestId } from "./request-id.ts";
import { formatRequestId } from "./request-id.ts";
import { SequenceWindow } from "./sequence-window.ts";

type Named = Pick<ChangeOptions, "requestId" | "identity">;

/** A change through all its attempts: its id and its bytes are fixed with the first of them. */
export interface Mutation {
  readonly operation: Operation;
  readonly repeatableMs: number;
  /** Undefined when the caller named the request. */
  readonly sequence: number | undefined;
  readonly chosen: ChosenIdentity | undefined;
  id: RequestId | undefined;
  command: Uint8Array | undefined;
  isDatedAnew: boolean;
}

/** Gives each change of one client its request id, and tells which of them nobody will ask about again. */
export class Writer {
  readonly #client: Uint8Array;
  readonly #time: ClusterTime;
  readonly #clock: Clock;
  readonly #window = new SequenceWindow();

  /** `client` is 16 random bytes, never used by another. */
  constructor(client: Uint8Array, time: ClusterTime, clock: Clock) {
    this.#client = client;
    this.#time = time;
    this.#clock = clock;
  }

  /** `repeatableMs` counts unless the options name the request. */
  begin(operation: Operation, repeatableMs: number, { requestId, identity }: Named): Mutation {
    const isOwn = requestId === undefined && identity === undefined;
    return {
      operation,
      repeatableMs: identity?.repeatableMs ?? repeatableMs,
      sequence: isOwn ? this.#window.next() : undefined,
      chosen: identity,
      id: requestId,
      command: undefined,
      isDatedAnew: false,
    };
  }

  /** One attempt's request; only once cluster time is known. */
  request(mutation: Mutation, id: number, timeoutMs: number): Request {
    mutation.command ??= this.#encode(mutation);
    return { kind: "mutate", id, timeoutMs, command: mutation.command, forwarded: false };
  }

  /**
   * Whether `refusal` says that the deadline was fixed by a wrong idea of cluster time, which the first
   * node that was talked to may have had; then the next attempt, one time, gets another.
   */
  canDateAnew(mutation: Mutation, refusal: Failure): boolean {
    if (refusal.code !== "deadline_too_far" || refusal.outcome !== "not_applied") return false;
    const isFixed = mutation.sequence === undefined && mutation.chosen === undefined;
    if (isFixed || mutation.isDatedAnew) return false;
    mutation.isDatedAnew = true;
    mutation.id = undefined;
    mutation.command = undefined;
    return true;
  }

  finish(mutation: Mutation, outcome: Outcome | "answered"): void {
    const nowMs = this.#clock.nowMs();
    this.#window.expire(this.#time.at(nowMs));
    if (mutation.sequence === undefined) return;
    if (outcome === "unknown" && mutation.id !== undefined) {
      this.#window.doubt(mutation.sequence, mutation.id.deadlineMs);
    } else {
      this.#window.finish(mutation.sequence);
    }
  }

  /** What to repeat the change with; undefined when it never left. */
  requestIdText(mutation: Mutation): string | undefined {
    return mutation.id === undefined ? undefined : formatRequestId(mutation.id);
  }

  #encode(mutation: Mutation): Uint8Array {
    // A given id is of another client object, whose other requests this one knows nothing about.
    const acknowledged = mutation.sequence === undefined ? 0 : this.#window.acknowledged;
    mutation.id ??= {
      client: mutation.chosen?.client ?? this.#client,
      sequence: mutation.chosen?.sequence ?? mutation.sequence ?? 0,
      // A caller's patience may have a fraction, such as what is left of another; a deadline has none.
      deadlineMs: Math.ceil(this.#time.at(this.#clock.nowMs()) + mutation.repeatableMs),
    };
    return encodeCommand({ ...mutation.id, acknowledged }, mutation.operation);
  }
}
