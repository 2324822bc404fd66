import type { Address } from "../base/seams.ts";
import { isIpAddress } from "../io/ip-address.ts";
import { SystemClock } from "../io/system-clock.ts";
import { SystemCrypto } from "../io/system-crypto.ts";
import { SystemRandom } from "../io/system-random.ts";
import { SystemTimers } from "../io/system-timers.ts";
import { openUdpNetwork } from "../io/udp-network.ts";
import { Endpoint } from "../transport/endpoint.ts";
import { Client } from "./client.ts";
import { invalidAddressReason } from "./endpoint-text.ts";
import { isLoopback } from "./links.ts";
import { listOf, misuse, refuseUnfit } from "./misuse.ts";
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

/**
 * A client with a UDP socket of its own. Endpoints are IP addresses. Rejects with a `bad_request` for options that
 * cannot be meant, and when no socket is to be had.
 */
export async function openClient(options: ClientOptions): Promise<Client> {
  refuseUnfit("option", options, CLIENT_NAMES);
  const { endpoints } = options;
  if (listOf(endpoints, "endpoints").length === 0) throw misuse("a client needs an endpoint to begin with");
  for (const endpoint of endpoints) refuseInvalidEndpoint(endpoint);
  const [first] = endpoints;
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

function refuseInvalidEndpoint(endpoint: Address): void {
  const reason = invalidAddressReason(endpoint);
  if (reason !== undefined) throw misuse(reason);
  if (!isIpAddress(endpoint.host))
    throw misuse(`an endpoint's host is an IP address; '${endpoint.host.slice(0, 60)}' is none`);
}
