import type { Address } from "../base/seams.ts";

/** The port that peers and clients share when an endpoint names none. */
export const DEFAULT_PORT = 7400;

/** Why nobody can be reached there; for what no compiler has seen. Whether the host is known is not looked at. */
export function invalidAddressReason(address: unknown): string | undefined {
  const form = "an endpoint is { host, port }, such as { host: '127.0.0.1', port: 7400 }";
  if (typeof address !== "object" || address === null) return form;
  const { host, port } = address as Readonly<Record<string, unknown>>;
  if (typeof host !== "string" || host === "") return form;
  const isPort = typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65_535;
  return isPort ? undefined : `an endpoint's port is a whole number from 1 to 65535; that of ${host} is not`;
}

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
