import { SystemClock } from "../io/system-clock.ts";
import { SystemCrypto } from "../io/system-crypto.ts";
import { SystemRandom } from "../io/system-random.ts";
import { SystemTimers } from "../io/system-timers.ts";
import { openUdpNetwork } from "../io/udp-network.ts";
import { Endpoint } from "../transport/endpoint.ts";
import { Client } from "./client.ts";
import { isLoopback } from "./links.ts";
import { refuseUnknown } from "./misuse.ts";
import { CLIENT_NAMES } from "./option-names.ts";
import type { ClientOptions } from "./options.ts";

export type { Conflict, ErrorCode, Failure, Outcome } from "../base/errors.ts";
// biome-ignore lint/performance/noBarrelFile: the package has one entry, and callers need the error's class.
export { KvdError } from "../base/errors.ts";
export type { Client } from "./client.ts";
export type { HeldLease } from "./held-lease.ts";
export type { Leadership } from "./leadership.ts";
export type { Lock } from "./lock.ts";
export type { Modification } from "./operations.ts";
export type * from "./options.ts";
export type * from "./replies.ts";
export { parseRequestId } from "./request-id.ts";
export type { TxnCompare, TxnDo, TxnRequest } from "./txn.ts";
export type { Watch } from "./watch.ts";

/** A client with a UDP socket of its own. Endpoints are IP addresses. Rejects when no socket is to be had. */
export async function openClient(options: ClientOptions): Promise<Client> {
  refuseUnknown("option", options, CLIENT_NAMES);
  const first = options.endpoints[0];
  const isV6 = first?.host.includes(":") === true;
  const everywhere = isV6 ? "::" : "0.0.0.0";
  const host = first !== undefined && isLoopback(first) ? (isV6 ? "::1" : "127.0.0.1") : everywhere;
  const network = await openUdpNetwork({ host, port: 0 });
  return new Client(options, {
    network,
    openTransport: (options, deps) => new Endpoint(options, deps),
    clock: new SystemClock(),
    timers: new SystemTimers(),
    random: new SystemRandom(),
    crypto: new SystemCrypto(),
  });
}
