import type { Address } from "../../base/seams.ts";
import type {
  EndpointDeps,
  EndpointOptions,
  LinkId,
  LinkStats,
  TransportFactory,
  TransportService,
  Withdrawable,
} from "../../transport/service.ts";

export interface TransportWatcher {
  /** A payload is about to be handed to the process. */
  readonly onPayload: (payload: Uint8Array) => void;
  /** Whether this message is lost, without the sender being told. */
  readonly isSwallowed: (payload: Uint8Array) => boolean;
}

/** A transport with somebody between it and its process. */
export function watchedTransport(open: TransportFactory, watcher: TransportWatcher): TransportFactory {
  return (options, deps) => new WatchedTransport(open, watcher, options, deps);
}

class WatchedTransport implements TransportService {
  readonly #transport: TransportService;
  readonly #watcher: TransportWatcher;

  constructor(
    open: TransportFactory,
    watcher: TransportWatcher,
    options: EndpointOptions,
    deps: EndpointDeps,
  ) {
    const { handler } = deps;
    this.#watcher = watcher;
    this.#transport = open(options, {
      ...deps,
      handler: {
        admit: (hello, from) => handler.admit(hello, from),
        onUp: (link, body, from, initiator) => handler.onUp(link, body, from, initiator),
        onPayload: (link, payload) => {
          watcher.onPayload(payload);
          handler.onPayload(link, payload);
        },
        onDown: (link, reason, detail) => handler.onDown(link, reason, detail),
      },
    });
  }

  connect(to: Address, hello: Uint8Array, nowMs: number): LinkId {
    return this.#transport.connect(to, hello, nowMs);
  }

  close(link: LinkId): void {
    this.#transport.close(link);
  }

  sendDatagram(link: LinkId, payload: Uint8Array): void {
    this.#transport.sendDatagram(link, payload);
  }

  sendMessage(link: LinkId, payload: Uint8Array, about?: Withdrawable): boolean {
    return this.#watcher.isSwallowed(payload) || this.#transport.sendMessage(link, payload, about);
  }

  withdraw(link: LinkId, below: Withdrawable): void {
    this.#transport.withdraw(link, below);
  }

  receive(datagram: Uint8Array, from: Address, nowMs: number): void {
    this.#transport.receive(datagram, from, nowMs);
  }

  tick(nowMs: number): void {
    this.#transport.tick(nowMs);
  }

  flush(nowMs: number): void {
    this.#transport.flush(nowMs);
  }

  measure(link: LinkId, packets: number): void {
    this.#transport.measure(link, packets);
  }

  stats(link: LinkId): LinkStats | undefined {
    return this.#transport.stats(link);
  }

  drops(): ReadonlyMap<string, number> {
    return this.#transport.drops();
  }
}
