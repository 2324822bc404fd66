import type { Address } from "../base/seams.ts";
import type { Request } from "../wire/client-messages.ts";
import { type Caller, expectBody } from "./caller.ts";
import type { ChangeOptions, RequestOptions } from "./options.ts";

/** What an operator asks of the cluster, besides its data. */
export class Operator {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Makes the leader hand over to the named node, or to the best when empty; the new leader's name. */
  async handOver(to: string, options: RequestOptions = {}): Promise<string> {
    const request = (id: number, timeoutMs: number): Request => ({ kind: "hand-over", id, timeoutMs, to });
    return expectBody(await this.#caller.ask({ kind: "leader" }, request, options), "handed-over").to;
  }

  /**
   * Makes one node stand for election, for when no leader answers; the name of whoever leads then, which may be
   * another. Without a quorum it times out.
   */
  async stand(address: Address, options: RequestOptions = {}): Promise<string> {
    const request = (id: number, timeoutMs: number): Request => ({ kind: "stand", id, timeoutMs });
    return expectBody(await this.#caller.ask({ kind: "node", address }, request, options), "handed-over").to;
  }

  /** Sets how long the leader's lease is, in ms, or 0: off. It holds for the whole cluster, through the log. */
  async setLeaderLease(leaderLeaseMs: number, options: ChangeOptions = {}): Promise<void> {
    await this.#caller.change(() => ({ kind: "configure", leaderLeaseMs }), options);
  }
}
