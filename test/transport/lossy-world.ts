import type { Address, Crypto, Random } from "../../src/base/seams.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import { Endpoint } from "../../src/transport/endpoint.ts";
import type {
  Admission,
  DownReason,
  EndpointOptions,
  LinkHandler,
  LinkId,
  TransportFactory,
  TransportService,
} from "../../src/transport/service.ts";

/** Small, fast and repeatable (mulberry32). */
export class SeededRandom implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }
}

export interface Faults {
  readonly loss: number;
  readonly duplicate: number;
  /** Delay of each datagram, uniform in [min, max): a wide range reorders. */
  readonly delayMs: readonly [number, number];
}

export const PERFECT: Faults = { loss: 0, duplicate: 0, delayMs: [0.5, 0.5] };

interface Flight {
  readonly atMs: number;
  readonly order: number;
  readonly from: Address;
  readonly to: Address;
  readonly datagram: Uint8Array;
}

/** One endpoint and everything that its handler was told. */
export class Host implements LinkHandler {
  readonly address: Address;
  readonly endpoint: TransportService;
  readonly ups: { link: LinkId; body: Uint8Array; from: Address; initiator: boolean }[] = [];
  readonly downs: { link: LinkId; reason: DownReason; detail: Uint8Array }[] = [];
  readonly payloads: Uint8Array[] = [];
  admission: (hello: Uint8Array) => Admission = () => ({
    kind: "accept",
    reply: Uint8Array.of(9),
    replaces: [],
  });
  onMessage: ((link: LinkId, payload: Uint8Array) => void) | undefined = undefined;
  admitted = 0;

  constructor(world: LossyWorld, port: number, options: Partial<EndpointOptions>) {
    this.address = { host: "10.0.0.1", port };
    this.endpoint = world.open(
      {
        receiveBufferBytes: 8 * 1024 * 1024,
        linksMax: 2000,
        messageBytesMax: 4 * 1024 * 1024 + 65_536,
        isSameHost: () => false,
        idleTimeoutMs: 10_000,
        ...options,
      },
      {
        random: world.random,
        crypto: world.crypto,
        transmit: (to, datagram) => world.transmit(this.address, to, datagram),
        handler: this,
      },
    );
  }

  admit(hello: Uint8Array): Admission {
    this.admitted++;
    return this.admission(hello);
  }

  onUp(link: LinkId, body: Uint8Array, from: Address, initiator: boolean): void {
    this.ups.push({ link, body, from, initiator });
  }

  onPayload(link: LinkId, payload: Uint8Array): void {
    this.payloads.push(payload);
    this.onMessage?.(link, payload);
  }

  onDown(link: LinkId, reason: DownReason, detail: Uint8Array): void {
    this.downs.push({ link, reason, detail });
  }

  /** The link that came up last. */
  get link(): LinkId {
    return this.ups.at(-1)?.link ?? (0 as LinkId);
  }
}

/** Endpoints, a network that loses, repeats and reorders, and a clock that only this moves. One seed decides. */
export class LossyWorld {
  readonly random: SeededRandom;
  readonly crypto: Crypto = new SystemCrypto();
  faults: Faults = PERFECT;
  nowMs = 1000;
  transmitted = 0;
  transmittedBytes = 0;
  /** Called for each datagram that is sent; false loses it. */
  filter: (from: Address, to: Address, datagram: Uint8Array) => boolean = () => true;
  readonly open: TransportFactory;
  readonly #hosts: Host[] = [];
  #flights: Flight[] = [];
  #order = 0;

  constructor(seed: number, open: TransportFactory = (options, deps) => new Endpoint(options, deps)) {
    this.random = new SeededRandom(seed);
    this.open = open;
  }

  host(options: Partial<EndpointOptions> = {}): Host {
    const host = new Host(this, 7000 + this.#hosts.length, options);
    this.#hosts.push(host);
    return host;
  }

  /** Ends a process: what is sent to it afterwards is lost. */
  kill(host: Host): void {
    this.#hosts.splice(this.#hosts.indexOf(host), 1);
  }

  /** A new process in the place of another. */
  restart(host: Host, options: Partial<EndpointOptions> = {}): Host {
    this.kill(host);
    const fresh = new Host(this, host.address.port, options);
    this.#hosts.push(fresh);
    return fresh;
  }

  /** Two hosts and a link from the first to the second. */
  pair(options: Partial<EndpointOptions> = {}): { a: Host; b: Host } {
    const a = this.host(options);
    const b = this.host(options);
    a.endpoint.connect(b.address, Uint8Array.of(1, 2, 3), this.nowMs);
    this.runUntil(() => a.ups.length > 0 && b.ups.length > 0, 5000);
    return { a, b };
  }

  transmit(from: Address, to: Address, datagram: Uint8Array): void {
    this.transmitted++;
    this.transmittedBytes += datagram.length;
    if (!this.filter(from, to, datagram)) return;
    if (this.random.unit() < this.faults.loss) return;
    this.#launch(from, to, datagram);
    if (this.random.unit() < this.faults.duplicate) this.#launch(from, to, datagram);
  }

  /** Moves time on in steps of 1 ms, a tick every 10. */
  run(durationMs: number): void {
    this.runUntil(() => false, durationMs);
  }

  /** Whether the condition held within the time. */
  runUntil(condition: () => boolean, durationMs: number): boolean {
    const untilMs = this.nowMs + durationMs;
    while (this.nowMs < untilMs) {
      if (condition()) return true;
      for (const host of this.#hosts) host.endpoint.flush(this.nowMs);
      this.nowMs++;
      this.#land();
      if (this.nowMs % 10 === 0) for (const host of this.#hosts) host.endpoint.tick(this.nowMs);
    }
    return condition();
  }

  #launch(from: Address, to: Address, datagram: Uint8Array): void {
    const [min, max] = this.faults.delayMs;
    const atMs = this.nowMs + min + this.random.unit() * (max - min);
    this.#flights.push({ atMs, order: this.#order++, from, to, datagram: datagram.slice() });
  }

  #land(): void {
    const landing = this.#flights.filter((flight) => flight.atMs <= this.nowMs);
    if (landing.length === 0) return;
    this.#flights = this.#flights.filter((flight) => flight.atMs > this.nowMs);
    landing.sort((left, right) => left.atMs - right.atMs || left.order - right.order);
    for (const { from, to, datagram } of landing) {
      const host = this.#hosts.find((one) => one.address.port === to.port);
      host?.endpoint.receive(datagram, from, this.nowMs);
    }
  }
}

/** A payload that says which it is: the index, then bytes that follow from it. */
export function numbered(index: number, length: number): Uint8Array {
  const payload = new Uint8Array(Math.max(4, length));
  for (let at = 4; at < payload.length; at++) payload[at] = (index * 31 + at * 7) & 0xff;
  new DataView(payload.buffer).setUint32(0, index);
  return payload;
}

export function indexOf(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}
