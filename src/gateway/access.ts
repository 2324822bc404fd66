import type { IncomingHttpHeaders } from "node:http";
import type { Rights } from "../kv/rights.ts";

/** Who asks. */
export interface Principal {
  /** Part of what an idempotency key means; empty when nobody is asked for a name. */
  readonly id: string;
  /** Undefined: it may do everything. */
  readonly rights: Rights | undefined;
  /** Calls `end` once when it is no longer let in, unless `until` has fired. */
  readonly whenRevoked: (end: () => void, until: AbortSignal) => void;
}

/** What there is to tell a request's principal by. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders;
  /** Whether it came over TLS: a secret that did not is no secret any more. */
  readonly encrypted: boolean;
  readonly remoteAddress: string;
}

export type Admission =
  | { readonly kind: "admitted"; readonly principal: Principal }
  | { readonly kind: "refused"; readonly status: 401 | 403; readonly message: string };

/** Tells who asks, before the body is read. */
export type Authenticate = (credentials: Credentials) => Promise<Admission>;

/** Whom nobody asked for a name. */
export const ANYBODY: Principal = { id: "", rights: undefined, whenRevoked: () => undefined };

/** Everybody may do everything: on loopback alone. */
export const admitAnybody: Authenticate = async () => ({ kind: "admitted", principal: ANYBODY });
