import type { Address, Crypto } from "../../base/seams.ts";
import type { LinkHandler, LinkId, TransportFactory, TransportService } from "../../transport/service.ts";
import { demand } from "./violation.ts";

/** Long enough for every repeat of a message that was lost, however often. */
const ARRIVAL_MS_MAX = 15_000;

/** How often each payload went one way between two members, by its checksum and length. */
interface Way {
  readonly sent: Map<number, number>;
  readonly delivered: Map<number, number>;
  /** First bytes, which tell what a payload is, of those sent as bare datagrams: nobody promises anything of them. */
  readonly bare: Set<number | undefined>;
}

/** A message that somebody still waits for; the others may be withdrawn at any time. */
interface Awaited {
  readonly payload: number;
  readonly deliveredBefore: number;
  readonly sentMs: number;
}

/** A link of a living process to another member. */
interface Line {
  readonly remote: string;
  /** Undefined when the other is no member. */
  readonly ways: { readonly there: Way; readonly back: Way } | undefined;
  awaited: Awaited[];
}

export interface DeliveriesOptions {
  readonly crypto: Pick<Crypto, "crc32">;
  readonly nowMs: () => number;
  /** Links to anybody else are not looked at. */
  readonly members: readonly Address[];
}

/**
 * What the members' transport does with the messages that they give it: nothing arrives more often than it was sent (I38),
 * nothing that was acknowledged is lost, and on a link that stays up everything arrives.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #members: ReadonlySet<string>;
  readonly #ways = new Map<string, Way>();
  /** Of each member's present process. */
  readonly #lines = new Map<string, Map<LinkId, Line>>();

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.#members = new Set(options.members.map(textOf));
  }

  /** The transport of a new process of the member at `local`, watched. */
  tap(open: TransportFactory, local: Address): TransportFactory {
    return (options, deps) => {
      const own = textOf(local);
      const lines = new Map<LinkId, Line>();
      this.#lines.set(own, lines);
      const { handler } = deps;
      const listening: LinkHandler = {
        admit: (hello, from) => handler.admit(hello, from),
        onUp: (link, body, from, initiator) => {
          lines.set(link, this.#newLine(own, textOf(from)));
          handler.onUp(link, body, from, initiator);
        },
        onDown: (link, reason, detail) => {
          lines.delete(link);
          handler.onDown(link, reason, detail);
        },
        onPayload: (link, payload) => {
          const line = lines.get(link);
          if (line !== undefined) this.#onDelivered(line, own, payload);
          handler.onPayload(link, payload);
        },
      };
      return this.#watched(open(options, { ...deps, handler: listening }), own, lines);
    };
  }

  /** The process at `local` is gone, and its links with it. */
  onDeath(local: Address): void {
    this.#lines.delete(textOf(local));
  }

  /** Once nothing has been lost for long enough, everything has arrived that was not sent just now. */
  finish(healedMs: number): void {
    const beforeMs = this.#options.nowMs() - ARRIVAL_MS_MAX;
    if (beforeMs < healedMs) return;
    for (const [own, lines] of this.#lines) {
      for (const { remote, ways, awaited } of lines.values()) {
        if (ways === undefined || !this.#lines.has(remote)) continue;
        const missing = awaited.find((one) => one.sentMs < beforeMs && !hasArrived(ways, one));
        demand(
          missing === undefined,
          "what is sent arrives",
          () => `${own} sent ${remote} a message at ${missing?.sentMs.toFixed(0)} ms, which never arrived`,
        );
      }
    }
  }

  #watched(service: TransportService, own: string, lines: Map<LinkId, Line>): TransportService {
    return {
      connect: (to, hello, nowMs) => service.connect(to, hello, nowMs),
      close: (link) => {
        lines.delete(link);
        service.close(link);
      },
      sendDatagram: (link, payload) => {
        lines.get(link)?.ways?.there.bare.add(payload[0]);
        service.sendDatagram(link, payload);
      },
      sendMessage: (link, payload, about) => {
        const line = lines.get(link);
        const isSent = service.sendMessage(link, payload, about);
        if (!isSent) return false;
        if (line?.ways === undefined) return true;
        const sent = this.#onSent(line.ways.there, payload);
        if (about === undefined) line.awaited.push(sent);
        return true;
      },
      withdraw: (link, below) => service.withdraw(link, below),
      measure: (link, packets) => service.measure(link, packets),
      receive: (datagram, from, nowMs) => service.receive(datagram, from, nowMs),
      tick: (nowMs) => {
        service.tick(nowMs);
        this.#demandAcknowledged(service, own, lines);
      },
      flush: (nowMs) => service.flush(nowMs),
      stats: (link) => service.stats(link),
      drops: () => service.drops(),
    };
  }

  /** On a link that waits for no acknowledgement everything has arrived. */
  #demandAcknowledged(service: TransportService, own: string, lines: ReadonlyMap<LinkId, Line>): void {
    for (const [link, line] of lines) {
      if (line.awaited.length === 0 || service.stats(link)?.queuedBytes !== 0) continue;
      const { remote, ways, awaited } = line;
      line.awaited = [];
      demand(
        ways === undefined || awaited.every((one) => hasArrived(ways, one)),
        "what is acknowledged has arrived",
        () => `${remote} has acknowledged a message of ${own} that was never handed to it`,
      );
    }
  }

  #onSent({ sent, delivered }: Way, payload: Uint8Array): Awaited {
    const key = this.#keyOf(payload);
    sent.set(key, (sent.get(key) ?? 0) + 1);
    return { payload: key, deliveredBefore: delivered.get(key) ?? 0, sentMs: this.#options.nowMs() };
  }

  #onDelivered({ remote, ways }: Line, own: string, payload: Uint8Array): void {
    if (ways === undefined) return;
    const { sent, delivered, bare } = ways.back;
    if (bare.has(payload[0])) return;
    const key = this.#keyOf(payload);
    const count = (delivered.get(key) ?? 0) + 1;
    delivered.set(key, count);
    const sentCount = sent.get(key) ?? 0;
    demand(
      count <= sentCount,
      "I38 nothing is delivered twice",
      () => `${own} was handed a message of ${remote} for the ${count}. time, it was sent ${sentCount} times`,
    );
  }

  #newLine(own: string, remote: string): Line {
    const isMember = this.#members.has(remote);
    const ways = isMember ? { there: this.#wayOf(own, remote), back: this.#wayOf(remote, own) } : undefined;
    return { remote, ways, awaited: [] };
  }

  #wayOf(from: string, to: string): Way {
    const name = `${from}>${to}`;
    const known = this.#ways.get(name);
    if (known !== undefined) return known;
    const made: Way = { sent: new Map(), delivered: new Map(), bare: new Set() };
    this.#ways.set(name, made);
    return made;
  }

  #keyOf(payload: Uint8Array): number {
    return payload.length * 2 ** 32 + this.#options.crypto.crc32(payload);
  }
}

function hasArrived({ there }: { readonly there: Way }, { payload, deliveredBefore }: Awaited): boolean {
  return (there.delivered.get(payload) ?? 0) > deliveredBefore;
}

function textOf({ host, port }: Address): string {
  return `${host}:${port}`;
}
