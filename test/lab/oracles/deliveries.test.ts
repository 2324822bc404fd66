import t from "tap";
import type { Address } from "../../../src/base/seams.ts";
import { SystemCrypto } from "../../../src/io/system-crypto.ts";
import { Deliveries } from "../../../src/lab/oracles/deliveries.ts";
import type {
  EndpointDeps,
  LinkHandler,
  LinkId,
  TransportFactory,
  TransportService,
} from "../../../src/transport/service.ts";

const A: Address = { host: "10.0.0.1", port: 7400 };
const B: Address = { host: "10.0.0.2", port: 7401 };
const STRANGER: Address = { host: "10.0.1.1", port: 9000 };
const LINK = 1 as LinkId;
const MESSAGE = new Uint8Array([1, 2, 3]);
const HANDLER: LinkHandler = {
  admit: () => ({ kind: "ignore" }),
  onUp: () => undefined,
  onPayload: () => undefined,
  onDown: () => undefined,
};

/** One member's transport, which does nothing by itself, and what it tells its process. */
class End {
  queuedBytes = 1;
  readonly service: TransportService;
  #inner: LinkHandler = HANDLER;

  constructor(deliveries: Deliveries, local: Address, remote: Address) {
    const open: TransportFactory = (_options, deps) => {
      this.#inner = deps.handler;
      return this.#dumb();
    };
    const deps = { handler: HANDLER } as unknown as EndpointDeps;
    this.service = deliveries.tap(open, local)({} as never, deps);
    this.#inner.onUp(LINK, MESSAGE, remote, true);
  }

  deliver(): void {
    this.#inner.onPayload(LINK, MESSAGE);
  }

  #dumb(): TransportService {
    const nothing = (): void => undefined;
    return {
      connect: () => LINK,
      close: nothing,
      sendDatagram: nothing,
      sendMessage: () => true,
      withdraw: nothing,
      measure: nothing,
      receive: nothing,
      tick: nothing,
      flush: nothing,
      stats: () => {
        const path = { datagramBytes: 1200, acked: 0, lost: 0, largeLost: 0 };
        return { rttMs: 1, loss: 0, queuedBytes: this.queuedBytes, inFlightBytes: 0, ...path };
      },
      drops: () => new Map(),
    };
  }
}

function open(remote = B): { a: End; b: End; deliveries: Deliveries; clock: { nowMs: number } } {
  const clock = { nowMs: 0 };
  const deliveries = new Deliveries({
    crypto: new SystemCrypto(),
    nowMs: () => clock.nowMs,
    members: [A, B],
  });
  return { a: new End(deliveries, A, remote), b: new End(deliveries, B, A), deliveries, clock };
}

t.test("nothing is delivered more often than it was sent", async (t) => {
  const { a, b } = open();
  t.throws(() => b.deliver(), /^I38/);
  const other = open();
  other.a.service.sendMessage(LINK, MESSAGE);
  other.a.service.sendMessage(LINK, MESSAGE);
  other.b.deliver();
  other.b.deliver();
  t.throws(() => other.b.deliver(), /^I38/);
  a.service.sendMessage(LINK, MESSAGE);
});

t.test("what is acknowledged has arrived", async (t) => {
  const { a, b } = open();
  a.service.sendMessage(LINK, MESSAGE);
  a.service.tick(0);
  b.deliver();
  a.queuedBytes = 0;
  a.service.tick(1);
  a.service.sendMessage(LINK, MESSAGE);
  t.throws(() => a.service.tick(2), /^what is acknowledged/);
});

t.test("on a link that stays up everything arrives, but what may be withdrawn", async (t) => {
  const { a, deliveries, clock } = open();
  a.service.sendMessage(LINK, MESSAGE, { epoch: 1, position: 1 });
  clock.nowMs = 20_000;
  deliveries.finish(1000);
  clock.nowMs = 0;
  a.service.sendMessage(LINK, MESSAGE);
  clock.nowMs = 20_000;
  deliveries.finish(10_000);
  t.throws(() => deliveries.finish(1000), /^what is sent arrives/);
  deliveries.onDeath(B);
  deliveries.finish(1000);
});

t.test("messages of strangers are nobody's business", async () => {
  const { a, clock, deliveries } = open(STRANGER);
  a.service.sendMessage(LINK, MESSAGE);
  a.deliver();
  a.deliver();
  clock.nowMs = 20_000;
  deliveries.finish(0);
});
