import type { Address } from "../base/seams.ts";

/** The port that peers and clients share when an endpoint names none. */
export const DEFAULT_PORT = 7400;

/** `HOST:PORT`, an IPv6 host in brackets: the form that people and scripts see. */
export function formatEndpoint(address: Address): string {
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** The address in `HOST`, `HOST:PORT` or `[IPV6]:PORT`; the host is not resolved. Undefined when malformed. */
export function parseEndpoint(text: string): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s,]+))(?::(\d{1,5}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const host = match[1] ?? match[2];
  const port = match[3] === undefined ? DEFAULT_PORT : Number(match[3]);
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return { host, port };
}
