import type { RequestListener, Server } from "node:http";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";

/** A request's head has to be there after so long, from the connection or its last answer on; a TLS handshake, too. */
const HEAD_MS = 10_000;
/** The whole of a request. */
const REQUEST_MS = 60_000;
const IDLE_MS = 75_000;
/** How often it is looked for what took too long. */
const CHECK_MS = 1_000;

/** A certificate with those that vouch for it, and its private key, both PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

export interface ServerOptions {
  /** Connections beyond it are closed at once: descriptors are the node's, too. */
  readonly connectionsMax: number;
  /** Undefined: plain HTTP. */
  readonly tls: TlsPair | undefined;
}

/** A server that nobody can occupy by being slow: each part of a request has its time. */
export function boundedServer(onRequest: RequestListener, { connectionsMax, tls }: ServerOptions): Server {
  const limits = {
    headersTimeout: HEAD_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: IDLE_MS,
    connectionsCheckingInterval: CHECK_MS,
    // Looked at where the refusal can say so.
    requireHostHeader: false,
  };
  const server =
    tls === undefined
      ? createServer(limits, onRequest)
      : createTlsServer({ ...limits, ...tls, handshakeTimeout: HEAD_MS }, onRequest);
  server.maxConnections = connectionsMax;
  return server;
}
