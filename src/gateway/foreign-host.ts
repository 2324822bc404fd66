import type { IncomingHttpHeaders } from "node:http";
import { badRequest, HttpError } from "./http-error.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/**
 * Refuses what was sent to another name than those of a listener that asks nobody for a token. A page whose own
 * name was made to resolve to loopback (DNS rebinding) is of one origin with us for a browser; the name in Host
 * is what gives it away. `listen` is the host that it listens on; undefined: a token is needed anyway.
 */
export function refuseForeignHost({ host }: IncomingHttpHeaders, listen: string | undefined): void {
  if (listen === undefined) return;
  // HTTP/1.0 may have none, but what has none names nobody.
  if (host === undefined) throw badRequest("the header Host is missing: without http.auth it is looked at");
  const name = nameOf(host);
  if (name === listen || (name !== undefined && LOOPBACK.test(name))) return;
  const why = "nobody is asked for a token here (http.auth: off)";
  const names = `localhost, 127.0.0.1, [::1] or ${listen}`;
  const message = `the Host ${host.slice(0, 60)} is not served: ${why}, so a request has to name ${names}`;
  throw new HttpError(403, "forbidden", message);
}

/** Without the port, and the brackets of an IPv6 address. */
function nameOf(host: string): string | undefined {
  const [, address, name] = /^(?:\[([^[\]]+)\]|([^:[\]]+))(?::\d*)?$/.exec(host.toLowerCase()) ?? [];
  return address ?? name;
}
