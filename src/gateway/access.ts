import type { IncomingHttpHeaders } from "node:http";
import type { KeyInterval } from "../kv/command.ts";

/** What a request does to which keys. */
export interface Touch extends KeyInterval {
  readonly access: "read" | "write";
}

/** Who asks. */
export interface Principal {
  /** Part of what an idempotency key means; empty when nobody is asked for a name. */
  readonly id: string;
  /** Why the principal may not do this, or undefined when it may. */
  refusal(touch: Touch): string | undefined;
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

const ANYBODY: Principal = { id: "", refusal: () => undefined };

/** Everybody may do everything: on loopback alone. */
export const admitAnybody: Authenticate = async () => ({ kind: "admitted", principal: ANYBODY });
