import type { Address, DatagramHandler, Network } from "../../base/seams.ts";
import { chargeOf } from "../../transport/path.ts";
import type { Trace } from "../trace.ts";
import { BytePool } from "./byte-pool.ts";
import type { Host } from "./host.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** What happens to datagrams on their way. Chances are 0..1 a datagram, times in ms one way. */
export interface Weather {
  readonly lossChance: number;
  readonly duplicateChance: number;
  /** One bit of it flips. */
  readonly garbleChance: number;
  readonly delayMs: readonly [min: number, max: number];
  /** Some take far longer, and so come after what was sent later. */
  readonly straggleChance: number;
  readonly straggleMsMax: number;
}

export const CALM: Weather = {
  lossChance: 0,
  duplicateChance: 0,
  garbleChance: 0,
  delayMs: [0.05, 0.3],
  straggleChance: 0,
  straggleMsMax: 0,
};

interface Socket {
  readonly host: Host;
  readonly life: number;
  readonly handler: DatagramHandler;
  /** Charged bytes of what waits for a paused process. */
  waitingBytes: number;
}

/** From one socket to the address of another, whether anybody listens there or not. */
interface Route {
  readonly from: Address;
  /** The receiver is looked up on arrival: a process that was restarted meanwhile has the same address. */
  readonly socket: string;
  /** The directed pair of host names. */
  readonly path: string;
}

/** Datagrams between hosts, with everything that a network may do to them. */
export class SimulatedNetwork {
  readonly #scheduler: Scheduler;
  readonly #random: SeededRandom;
  readonly #trace: Trace;
  readonly #memory = new BytePool();
  readonly #sockets = new Map<string, Socket>();
  /** Whose address it is, whether anybody listens there or not. */
  readonly #names = new Map<string, string>();
  /** Directed pairs of host names between which nothing passes. */
  readonly #cut = new Set<string>();
  /** What waits on directed pairs that let nothing through for now. */
  readonly #clogged = new Map<string, (() => void)[]>();
  /** Directed pairs that take this much longer. */
  readonly #slow = new Map<string, number>();
  weather: Weather;

  constructor(
    deps: { readonly scheduler: Scheduler; readonly random: SeededRandom; readonly trace: Trace },
    weather: Weather,
  ) {
    const { scheduler, random, trace } = deps;
    this.#scheduler = scheduler;
    this.#random = random;
    this.#trace = trace;
    this.weather = weather;
  }

  /** Nothing passes from one host to the other any more. */
  cut(from: string, to: string): void {
    this.#cut.add(`${from}>${to}`);
  }

  mend(from: string, to: string): void {
    this.#cut.delete(`${from}>${to}`);
  }

  /** Everything on its way from one host to the other waits, until all of it arrives at once. */
  clog(from: string, to: string): void {
    const path = `${from}>${to}`;
    if (!this.#clogged.has(path)) this.#clogged.set(path, []);
  }

  slowDown(from: string, to: string, byMs: number): void {
    this.#slow.set(`${from}>${to}`, byMs);
  }

  heal(): void {
    this.#cut.clear();
    this.#slow.clear();
    const clogged = [...this.#clogged.values()];
    this.#clogged.clear();
    for (const waiting of clogged) for (const arrive of waiting) this.#scheduler.after(0, arrive);
  }

  /** A socket of the host's present process. `onSend` sees each datagram leave, and may throw. */
  open(options: {
    readonly host: Host;
    readonly local: Address;
    readonly onSend?: (to: Address) => void;
  }): Network {
    const { host, local, onSend } = options;
    const key = addressText(local);
    const { life } = host;
    this.#names.set(key, host.name);
    const routes = new Map<Address, Route>();
    const isOpen = (): boolean => this.#sockets.get(key)?.life === life && host.life === life;
    return {
      receiveBufferBytes: RECEIVE_BUFFER_BYTES,
      local,
      send: (to, datagram) => {
        onSend?.(to);
        if (!isOpen()) return;
        this.#trace.addBytes(datagram);
        const route = routes.get(to) ?? this.#route(local, host.name, to);
        if (route === undefined) return;
        routes.set(to, route);
        this.#send(route, datagram);
      },
      onDatagram: (handler) => void this.#sockets.set(key, { host, life, handler, waitingBytes: 0 }),
      close: () => {
        if (isOpen()) this.#sockets.delete(key);
      },
    };
  }

  /** Undefined as long as nobody has ever listened there. */
  #route(from: Address, fromName: string, to: Address): Route | undefined {
    const socket = addressText(to);
    const toName = this.#names.get(socket);
    return toName === undefined ? undefined : { from, socket, path: `${fromName}>${toName}` };
  }

  #send(route: Route, datagram: Uint8Array): void {
    const { lossChance, duplicateChance } = this.weather;
    if (this.#cut.has(route.path) || this.#strikes("loss", lossChance)) return;
    const copies = this.#strikes("duplicate", duplicateChance) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) this.#carry(route, this.#onTheWay(datagram));
  }

  #strikes(fault: "loss" | "duplicate" | "garble" | "straggle", chance: number): boolean {
    if (chance === 0 || !this.#random.isLucky(chance)) return false;
    this.#trace.count(`fault:${fault}`);
    return true;
  }

  #onTheWay(datagram: Uint8Array): Uint8Array {
    const copy = this.#memory.take(datagram.length);
    copy.set(datagram);
    if (copy.length > 0 && this.#strikes("garble", this.weather.garbleChance)) {
      const at = this.#random.below(copy.length);
      copy[at] = (copy[at] as number) ^ (1 << this.#random.below(8));
    }
    return copy;
  }

  #carry(route: Route, datagram: Uint8Array): void {
    const { delayMs, straggleChance, straggleMsMax } = this.weather;
    const [min, max] = delayMs;
    const random = this.#random;
    let takesMs = min + random.fraction() * (max - min) + (this.#slow.get(route.path) ?? 0);
    if (this.#strikes("straggle", straggleChance)) takesMs += random.fraction() * straggleMsMax;
    this.#scheduler.after(takesMs, () => this.#arrive(route, datagram));
  }

  #arrive(route: Route, datagram: Uint8Array): void {
    const { from, path } = route;
    const waiting = this.#clogged.get(path);
    if (waiting !== undefined) {
      if (waiting.length < CLOGGED_MAX) waiting.push(() => this.#arrive(route, datagram));
      return;
    }
    const socket = this.#sockets.get(route.socket);
    if (socket === undefined || socket.life !== socket.host.life || this.#cut.has(path)) return;
    if (socket.host.state !== "paused") {
      socket.host.turn(() => socket.handler(datagram, from));
      return;
    }
    const charge = chargeOf(datagram.length);
    if (socket.waitingBytes + charge > RECEIVE_BUFFER_BYTES) return;
    socket.waitingBytes += charge;
    socket.host.turn(() => {
      socket.waitingBytes -= charge;
      socket.handler(datagram, from);
    });
  }
}

/** A router's queue has an end, too. */
const CLOGGED_MAX = 2000;

/** What a system grants by default, as it counts. */
export const RECEIVE_BUFFER_BYTES = 425_984;

export function addressText(address: Address): string {
  return `${address.host}:${address.port}`;
}
