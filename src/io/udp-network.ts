import { createSocket, type Socket } from "node:dgram";
import { copyBytes } from "../base/bytes.ts";
import type { Address, DatagramHandler, Network } from "../base/seams.ts";

/** Asked for; the system grants up to net.core.rmem_max and says nothing. */
export const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
export const SEND_BUFFER_BYTES = 1024 * 1024;
/** When the system takes nothing, datagrams beyond this much memory are lost here instead of piling up. */
const SEND_QUEUE_BYTES_MAX = 8 * 1024 * 1024;

/** Why a socket could not be opened: `code` is the system's (EADDRINUSE, EADDRNOTAVAIL, EACCES, ...). */
export class BindError extends Error {
  override readonly name = "BindError";
  readonly code: string;
  readonly address: Address;

  constructor(address: Address, code: string, cause: unknown) {
    super(`cannot listen on ${address.host} port ${address.port}: ${explain(code)}`, { cause });
    this.code = code;
    this.address = address;
  }
}

export interface UdpNetworkCounters {
  /** Datagrams that the system refused: unreachable, too long, no memory. */
  readonly sendErrors: number;
  /** Errors that the system reported later, such as a refused port. */
  readonly socketErrors: number;
  /** Of datagrams that were handed to the system, and came from it: without the headers of IP and UDP. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** One UDP socket. Errors of single datagrams are loss, which the transport is there for; they are counted. */
export class UdpNetwork implements Network {
  readonly receiveBufferBytes: number;
  readonly sendBufferBytes: number;
  readonly local: Address;
  readonly #socket: Socket;
  #state: "open" | "closed" = "open";
  #sendErrors = 0;
  #socketErrors = 0;
  #sentBytes = 0;
  #receivedBytes = 0;

  /** Takes a bound socket whose errors are handled; made by `openUdpNetwork`. */
  constructor(socket: Socket) {
    this.#socket = socket;
    // Linux reports what it really uses: twice what was granted, and counted as its own memory.
    this.receiveBufferBytes = socket.getRecvBufferSize();
    this.sendBufferBytes = socket.getSendBufferSize();
    const { address, port } = socket.address();
    this.local = { host: address, port };
    socket.on("error", () => {
      this.#socketErrors++;
    });
  }

  get counters(): UdpNetworkCounters {
    return {
      sendErrors: this.#sendErrors,
      socketErrors: this.#socketErrors,
      sentBytes: this.#sentBytes,
      receivedBytes: this.#receivedBytes,
    };
  }

  send(to: Address, datagram: Uint8Array): void {
    if (this.#state === "closed") return;
    const socket = this.#socket;
    // The kernel copies at once, unless earlier datagrams wait: then the socket keeps the memory it is given.
    const isWaiting = socket.getSendQueueCount() > 0;
    if (isWaiting && socket.getSendQueueSize() + datagram.length > SEND_QUEUE_BYTES_MAX) {
      this.#sendErrors++;
      return;
    }
    try {
      socket.send(isWaiting ? copyBytes(datagram) : datagram, to.port, to.host, this.#onSent);
      this.#sentBytes += datagram.length;
    } catch {
      // An address that is none, such as port 0: the same as an unreachable one.
      this.#sendErrors++;
    }
  }

  onDatagram(handler: DatagramHandler): void {
    this.#socket.on("message", (datagram, from) => {
      this.#receivedBytes += datagram.length;
      handler(datagram, { host: from.address, port: from.port });
    });
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#socket.close();
  }

  readonly #onSent = (error: Error | null): void => {
    if (error !== null) this.#sendErrors++;
  };
}

/** Opens a socket at an IP address; port 0 takes a free one. Rejects with a BindError. */
export async function openUdpNetwork(bind: Address): Promise<UdpNetwork> {
  const isV6 = bind.host.includes(":");
  if (!isV6 && !/^[0-9.]+$/.test(bind.host)) throw new BindError(bind, "EINVAL", undefined);
  const socket = createSocket({
    type: isV6 ? "udp6" : "udp4",
    ipv6Only: isV6,
    recvBufferSize: RECEIVE_BUFFER_BYTES,
    sendBufferSize: SEND_BUFFER_BYTES,
    // Addresses are IP addresses already; the default looks each of them up, once per datagram.
    lookup: (host, _options, done) => done(null, host, isV6 ? 6 : 4),
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error: NodeJS.ErrnoException) => {
      socket.close();
      reject(new BindError(bind, error.code ?? "UNKNOWN", error));
    });
    socket.bind(bind.port, bind.host, resolve);
  });
  socket.removeAllListeners("error");
  return new UdpNetwork(socket);
}

function explain(code: string): string {
  switch (code) {
    case "EADDRINUSE":
      return "another process already uses this port (EADDRINUSE)";
    case "EADDRNOTAVAIL":
      return "this machine does not have that address (EADDRNOTAVAIL)";
    case "EACCES":
      return "not permitted; ports below 1024 need a privilege (EACCES)";
    case "EINVAL":
      return "not an IP address";
    default:
      return code;
  }
}
