import { assert } from "../base/assert.ts";
import type { Random } from "../base/seams.ts";
import type { Operation } from "../kv/command.ts";
import { decodeCommand, encodeCommand } from "../wire/command-codec.ts";
import type { Admitted } from "./proposals.ts";

/** One that is not executed by then is left: another will follow. */
const DEADLINE_AHEAD_MS = 60_000;

/** What a node itself asks of the log: a client like any other, that never repeats and awaits no answer. */
export class OwnRequests {
  readonly #random: Pick<Random, "bytes">;
  /** Chosen when it is needed first. */
  #client: Uint8Array | undefined;
  #sequence = 0;

  constructor(random: Pick<Random, "bytes">) {
    this.#random = random;
  }

  /** The operation as a command of the node's own; `timeMs` is cluster time. */
  admitted(operation: Operation, timeMs: number): Admitted {
    this.#client ??= this.#random.bytes(16);
    const sequence = ++this.#sequence;
    const identity = {
      client: this.#client,
      sequence,
      acknowledged: sequence - 1,
      deadlineMs: timeMs + DEADLINE_AHEAD_MS,
    };
    const bytes = encodeCommand(identity, operation);
    const command = decodeCommand(bytes);
    assert(typeof command !== "string", "a node can read what it writes");
    return { origin: undefined, bytes, command };
  }
}
