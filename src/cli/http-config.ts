import type { Address } from "../base/seams.ts";
import { parseEndpoint } from "../client/endpoint-text.ts";
import { isLoopback } from "../client/links.ts";

/** Settings of the HTTP interface. */
export interface HttpConfig {
  readonly listen: Address;
  readonly auth: "off" | "token";
  /** Files; undefined: plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
}

/** The same as they stand in the settings, each valid for itself. */
export interface HttpSettings {
  readonly "http.listen": string;
  readonly "http.auth": HttpConfig["auth"];
  readonly "http.tls.cert"?: string | undefined;
  readonly "http.tls.key"?: string | undefined;
}

/** Which of the settings do not go together, and why; undefined when they do. */
export function httpConflict(
  settings: HttpSettings,
): { readonly key: keyof HttpSettings; readonly rule: string } | undefined {
  const address = addressOf(settings);
  if (address === undefined) return undefined;
  const { "http.auth": auth, "http.tls.cert": cert, "http.tls.key": key } = settings;
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? "http.tls.cert" : "http.tls.key";
    return { key: missing, rule: "http.tls.cert and http.tls.key go together: a certificate and its key" };
  }
  if (auth === "token" && cert === undefined) {
    const rule =
      "with http.auth: token http.tls.cert and http.tls.key are needed: no token goes over plain HTTP";
    return { key: "http.auth", rule };
  }
  if (auth === "off" && !isLoopback(address)) {
    const rule =
      "with http.auth: off the HTTP interface listens on loopback alone (127.0.0.1 or ::1), because everybody " +
      "may do everything; elsewhere say http.auth: token";
    return { key: "http.listen", rule };
  }
  return undefined;
}

/** Undefined when the HTTP interface is off. */
export function httpConfig(settings: HttpSettings): HttpConfig | undefined {
  const listen = addressOf(settings);
  if (listen === undefined) return undefined;
  const { "http.auth": auth, "http.tls.cert": cert, "http.tls.key": key } = settings;
  return { listen, auth, tls: cert === undefined || key === undefined ? undefined : { cert, key } };
}

function addressOf({ "http.listen": listen }: HttpSettings): Address | undefined {
  return listen === "off" ? undefined : parseEndpoint(listen);
}
