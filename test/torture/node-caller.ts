import { KvdError } from "../../src/base/errors.ts";
import type { Slot } from "../../src/base/ids.ts";
import type { Address } from "../../src/base/seams.ts";
import { Dispatcher } from "../../src/client/dispatcher.ts";
import type { RequestId } from "../../src/client/request-id.ts";
import { SystemClock } from "../../src/io/system-clock.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import { SystemRandom } from "../../src/io/system-random.ts";
import { SystemTimers } from "../../src/io/system-timers.ts";
import { openUdpNetwork } from "../../src/io/udp-network.ts";
import type { KeyRecord, Operation } from "../../src/kv/command.ts";
import { Endpoint } from "../../src/transport/endpoint.ts";
import type { Consistency, RangeItem, Reply, Request } from "../../src/wire/client-messages.ts";
import { encodeCommand } from "../../src/wire/command-codec.ts";

const PAGE_BYTES = 1024 * 1024;

/** Asks one node and no other, which a client never does by itself: tests compare what each node says. */
export class NodeCaller {
  readonly #dispatcher: Dispatcher;
  readonly #clock: SystemClock;
  readonly #address: Address;

  private constructor(address: Address, dispatcher: Dispatcher, clock: SystemClock) {
    this.#address = address;
    this.#dispatcher = dispatcher;
    this.#clock = clock;
  }

  static async open(address: Address): Promise<NodeCaller> {
    const network = await openUdpNetwork({ host: "127.0.0.1", port: 0 });
    const clock = new SystemClock();
    const dispatcher = new Dispatcher([address], {
      network,
      openTransport: (options, deps) => new Endpoint(options, deps),
      clock,
      timers: new SystemTimers(),
      random: new SystemRandom(),
      crypto: new SystemCrypto(),
    });
    return new NodeCaller(address, dispatcher, clock);
  }

  /** The node's answer, a refusal it will not take back as a KvdError. */
  ask(
    request: (id: number, timeoutMs: number) => Request,
    timeoutMs: number,
    changes = false,
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#dispatcher.start({
        target: { kind: "node", address: this.#address },
        changes,
        timeoutMs,
        giveUpMs: this.#clock.nowMs() + timeoutMs,
        request,
        settle: resolve,
        fail: (failure) => reject(new KvdError(failure)),
      });
    });
  }

  /** Cluster time as the node's welcome told it; a ping must have been answered before. */
  clusterTimeMs(): number {
    return this.#dispatcher.time.at(this.#clock.nowMs());
  }

  mutate(identity: RequestId, operation: Operation, timeoutMs: number): Promise<Reply> {
    const command = encodeCommand({ ...identity, acknowledged: 0 }, operation);
    return this.ask(
      (id, patience) => ({ kind: "mutate", id, timeoutMs: patience, command, forwarded: false }),
      timeoutMs,
      true,
    );
  }

  /** A linearizable read, answered by this node: unless it leads, it asks the leader how far it must be. */
  async get(
    key: string,
    timeoutMs: number,
  ): Promise<{ readonly record: KeyRecord | undefined; readonly revision: number }> {
    const bytes = new TextEncoder().encode(key);
    const consistency: Consistency = { level: "linearizable" };
    const request = (id: number, patience: number): Request => ({
      kind: "get",
      id,
      timeoutMs: patience,
      key: bytes,
      consistency,
    });
    const { body, revision } = await this.ask(request, timeoutMs);
    if (body.kind !== "record") throw new Error(`a get was answered by ${body.kind}`);
    return { record: body.record, revision };
  }

  /** Every record of the node's own replica, once it has applied all slots below `token`. */
  async allRecords(token: Slot, timeoutMs: number): Promise<ReadonlyMap<string, RangeItem>> {
    const found = new Map<string, RangeItem>();
    for await (const items of this.pages(token, timeoutMs))
      for (const item of items) found.set(new TextDecoder().decode(item.key), item);
    return found;
  }

  /** The same, page by page. */
  async *pages(token: Slot, timeoutMs: number): AsyncGenerator<readonly RangeItem[], void, undefined> {
    const consistency: Consistency = { level: "sequential", token };
    let start: Uint8Array = new Uint8Array(0);
    for (;;) {
      const page = {
        kind: "range",
        start,
        end: undefined,
        limit: 10_000,
        bytesMax: PAGE_BYTES,
        keysOnly: false,
        consistency,
      } as const;
      const { body } = await this.ask((id, patience) => ({ ...page, id, timeoutMs: patience }), timeoutMs);
      if (body.kind !== "range") throw new Error(`a range was answered by ${body.kind}`);
      yield body.items;
      const last = body.items.at(-1);
      if (!body.more || last === undefined) return;
      start = Uint8Array.from([...last.key, 0]);
    }
  }

  close(): void {
    this.#dispatcher.close();
  }
}
