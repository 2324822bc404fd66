import type { IncomingHttpHeaders } from "node:http";
import type { Timer, Timers } from "../base/seams.ts";
import { equalVerifiers, parseToken, verifierOf } from "../io/principal-token.ts";
import type { PrincipalTable, Principal as StoredPrincipal } from "../kv/principal.ts";
import type { Admission, Authenticate, Credentials, Principal } from "./access.ts";
import { HttpError } from "./http-error.ts";

/** A principal that was revoked longer ago than this is let in nowhere. */
const AGE_MS_MAX = 1_000;
/** From here on the table is confirmed again, while requests still go on with what is known. */
const AGE_MS_RENEW = 400;
/** How often it is looked whether those whose requests are under way are still let in. */
const SWEEP_MS = 250;

const NEEDED = "a token is needed: Authorization: Bearer ID.SECRET; kvadm key create makes one";
const PLAIN =
  "a token came over plain HTTP, where everybody on its way can read it: use https, and rotate the token";
/** The same for all that may be wrong: an id that there is tells nothing to whoever does not know its secret. */
const UNKNOWN = "the token is not one that is let in: it is unknown, revoked, or was rotated";

export interface AuthenticatorDeps {
  /** The table of the node in this process. */
  readonly table: () => PrincipalTable;
  /** Has that node confirm that nobody knows of a later one. Rejects when it cannot. */
  readonly confirm: () => Promise<unknown>;
  readonly timers: Timers;
}

/** A request that is under way for a principal. */
interface Admitted {
  readonly id: string;
  readonly verifier: Uint8Array;
  readonly end: () => void;
}

/**
 * Lets in whoever has the token of a principal. The table is that of the node in this process, and at most a
 * second old: a node that cannot have it confirmed, because no leader answers, lets nobody in.
 */
export class Authenticator {
  readonly #deps: AuthenticatorDeps;
  readonly #underWay = new Set<Admitted>();
  readonly #sweeping: Timer;
  #confirming: Promise<unknown> | undefined;

  constructor(deps: AuthenticatorDeps) {
    this.#deps = deps;
    this.#sweeping = deps.timers.every(SWEEP_MS, () => this.#sweep());
  }

  /** Rejects with a 503 when this node cannot tell who is let in. */
  readonly authenticate: Authenticate = async (credentials) => {
    const { authorization } = credentials.headers;
    if (authorization === undefined) return refused(401, NEEDED);
    if (!credentials.encrypted) return refused(403, PLAIN);
    const token = parseToken(bearerOf(authorization) ?? "");
    if (token === undefined) return refused(401, NEEDED);
    await this.#becomeFresh();
    const { id } = token;
    const verifier = verifierOf(token);
    const table = this.#deps.table();
    const stored = table.get(id);
    if (stored === undefined || !isGood(stored, verifier, table.timeMs)) return refused(401, UNKNOWN);
    const { role, prefix } = stored;
    return { kind: "admitted", principal: this.#principal({ id, role, prefix }, verifier) };
  };

  close(): void {
    this.#sweeping.cancel();
    this.#underWay.clear();
  }

  #principal(rights: NonNullable<Principal["rights"]>, verifier: Uint8Array): Principal {
    const { id } = rights;
    return {
      id,
      rights,
      whenRevoked: (end, until) => {
        if (until.aborted) return;
        const admitted = { id, verifier, end };
        this.#underWay.add(admitted);
        until.addEventListener("abort", () => this.#underWay.delete(admitted), { once: true });
      },
    };
  }

  async #becomeFresh(): Promise<void> {
    const { ageMs = Number.POSITIVE_INFINITY } = this.#deps.table();
    if (ageMs <= AGE_MS_RENEW) return;
    const confirming = this.#confirm();
    if (ageMs > AGE_MS_MAX) await confirming;
    const after = this.#deps.table().ageMs ?? Number.POSITIVE_INFINITY;
    if (after <= AGE_MS_MAX) return;
    const message = "this node cannot tell who is let in: no leader confirms what it knows; try again";
    throw new HttpError(503, "no_leader", message, { retryable: true, headers: { "Retry-After": "1" } });
  }

  /** One question at a time serves all who wait; what it fails of shows in the table's age. */
  #confirm(): Promise<unknown> {
    this.#confirming ??= this.#deps
      .confirm()
      .catch(() => undefined)
      .finally(() => {
        this.#confirming = undefined;
      });
    return this.#confirming;
  }

  #sweep(): void {
    if (this.#underWay.size === 0) return;
    const table = this.#deps.table();
    for (const admitted of this.#underWay) {
      const stored = table.get(admitted.id);
      if (stored !== undefined && isGood(stored, admitted.verifier, table.timeMs)) continue;
      this.#underWay.delete(admitted);
      admitted.end();
    }
    // A table that nobody asks for would go stale, and what is open here be let in by it.
    if ((table.ageMs ?? AGE_MS_MAX) > AGE_MS_RENEW) void this.#confirm();
  }
}

/** When everybody may do everything, a token that comes over plain HTTP is told that it was given away. */
export function tokenOverPlain({ headers, encrypted }: Credentials): Admission | undefined {
  const isBearer = !encrypted && bearerOf(headers.authorization ?? "") !== undefined;
  return isBearer ? refused(403, PLAIN) : undefined;
}

function isGood({ verifier, former }: StoredPrincipal, presented: Uint8Array, timeMs: number): boolean {
  if (equalVerifiers(verifier, presented)) return true;
  return former !== undefined && timeMs < former.untilMs && equalVerifiers(former.verifier, presented);
}

function bearerOf(authorization: NonNullable<IncomingHttpHeaders["authorization"]>): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
}

function refused(status: 401 | 403, message: string): Admission {
  return { kind: "refused", status, message };
}
