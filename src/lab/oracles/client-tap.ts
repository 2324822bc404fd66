import type { LinkHandler, LinkId, TransportFactory, TransportService } from "../../transport/service.ts";
import { decodeReply, decodeRequest } from "../../wire/client-codec.ts";
import type { Reply, Request } from "../../wire/client-messages.ts";
import type { ClockReadings } from "./stale-bounds.ts";

/** Hears what one client says to the cluster, and what it is told. */
export interface ClientListener {
  /** Gives back what `onReply` is to be handed with the answer. */
  readonly onRequest: (request: Request) => Asked;
  readonly onReply: (asked: Asked, reply: Reply) => void;
}

/** A request under way, and how far the cluster was when it left. */
export interface Asked {
  readonly request: Request;
  readonly watermark: number;
  /** Of the members, when it left: with a read that may be stale. */
  readonly clocks?: ClockReadings;
}

/** The same transport, with somebody who listens to its requests and replies. */
export function tapped(open: TransportFactory, listener: ClientListener): TransportFactory {
  return (options, deps) => {
    const asked = new Map<number, Asked>();
    const { handler } = deps;
    const listening: LinkHandler = {
      admit: (hello, from) => handler.admit(hello, from),
      onUp: (link, body, from, initiator) => handler.onUp(link, body, from, initiator),
      onDown: (link, reason, detail) => handler.onDown(link, reason, detail),
      onPayload: (link, payload) => {
        hear(asked, listener, link, payload);
        handler.onPayload(link, payload);
      },
    };
    const service = open(options, { ...deps, handler: listening });
    return withRequests(service, (link, payload) => {
      const request = decodeRequest(payload);
      if (typeof request !== "string") asked.set(keyOf(link, request.id), listener.onRequest(request));
    });
  };
}

function hear(asked: Map<number, Asked>, listener: ClientListener, link: LinkId, payload: Uint8Array): void {
  const reply = decodeReply(payload);
  if (typeof reply === "string") return;
  const key = keyOf(link, reply.id);
  const question = asked.get(key);
  if (question === undefined) return;
  asked.delete(key);
  listener.onReply(question, reply);
}

/** Of one client, whose links and requests are counted from 1. */
function keyOf(link: LinkId, id: number): number {
  return link * 2 ** 32 + id;
}

function withRequests(
  service: TransportService,
  onMessage: (link: LinkId, payload: Uint8Array) => void,
): TransportService {
  return {
    connect: (to, hello, nowMs) => service.connect(to, hello, nowMs),
    close: (link) => service.close(link),
    sendDatagram: (link, payload) => service.sendDatagram(link, payload),
    sendMessage: (link, payload, about) => {
      const isSent = service.sendMessage(link, payload, about);
      if (isSent) onMessage(link, payload);
      return isSent;
    },
    withdraw: (link, below) => service.withdraw(link, below),
    measure: (link, packets) => service.measure(link, packets),
    receive: (datagram, from, nowMs) => service.receive(datagram, from, nowMs),
    tick: (nowMs) => service.tick(nowMs),
    flush: (nowMs) => service.flush(nowMs),
    stats: (link) => service.stats(link),
    drops: () => service.drops(),
  };
}
