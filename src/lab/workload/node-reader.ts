import { KvdError } from "../../base/errors.ts";
import type { Address } from "../../base/seams.ts";
import { Dispatcher } from "../../client/dispatcher.ts";
import type { LinksDeps } from "../../client/links.ts";
import type { KeyRecord } from "../../kv/command.ts";

/** Linearizable reads of one node alone: those of a follower take another way than the leader's. */
export class NodeReader {
  readonly #dispatcher: Dispatcher;
  readonly #address: Address;
  readonly #deps: LinksDeps;

  constructor(address: Address, deps: LinksDeps) {
    this.#address = address;
    this.#deps = deps;
    this.#dispatcher = new Dispatcher([address], deps);
  }

  get(
    key: Uint8Array,
    patienceMs: number,
  ): Promise<{ readonly record: KeyRecord | undefined; readonly revision: number }> {
    return new Promise((resolve, reject) => {
      this.#dispatcher.start({
        target: { kind: "node", address: this.#address },
        changes: false,
        timeoutMs: patienceMs,
        giveUpMs: this.#deps.clock.nowMs() + patienceMs,
        request: (id, timeoutMs) => ({
          kind: "get",
          id,
          timeoutMs,
          key,
          consistency: { level: "linearizable" },
        }),
        settle: ({ body, revision }) =>
          body.kind === "record" ? resolve({ record: body.record, revision }) : reject(new Error(body.kind)),
        fail: (failure) => reject(new KvdError(failure)),
      });
    });
  }
}
