import { KvdError } from "../base/errors.ts";
import type { Slot } from "../base/ids.ts";
import { LEASES_PAGE_MAX } from "../base/limits.ts";
import type { Clock, Timers } from "../base/seams.ts";
import type { Rights } from "../kv/rights.ts";
import type { LeaseItem, Request } from "../wire/client-messages.ts";
import { type Caller, expectBody } from "./caller.ts";
import { answeredAs, consistencyOf, readTarget } from "./freshness.ts";
import { HeldLease } from "./held-lease.ts";
import { refuseUnfit, wholeNumber } from "./misuse.ts";
import { READ_NAMES } from "./option-names.ts";
import type { ChangeOptions, GrantOptions, LeasesOptions, ReadOptions } from "./options.ts";
import type { GrantReply, KeepAliveReply, LeaseReply, LeasesPage, RevokeReply } from "./replies.ts";
import { forbiddenListing } from "./request-rights.ts";

export interface LeasesDeps {
  readonly caller: Caller;
  /** What this client has seen: an applied slot. */
  readonly token: () => Slot;
  /** Of whom it asks for; undefined: all there are. */
  readonly rights: Rights | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
}

interface Page {
  readonly from: number;
  readonly limit: number;
  readonly keysMax?: number;
}

/** The leases of the cluster, and those that this client keeps alive. */
export class Leases {
  readonly #deps: LeasesDeps;
  #held: HeldLease[] = [];

  constructor(deps: LeasesDeps) {
    this.#deps = deps;
  }

  grant(options: GrantOptions): Promise<GrantReply> {
    return this.#deps.caller.change(() => {
      const { ttlMs, leaseId = 0 } = options;
      return { kind: "lease-grant", leaseId, ttlMs };
    }, options);
  }

  keepAlive(leaseId: number, options: ChangeOptions): Promise<KeepAliveReply> {
    return this.#deps.caller.change(() => ({ kind: "lease-keep-alive", leaseId }), options);
  }

  revoke(leaseId: number, options: ChangeOptions): Promise<RevokeReply> {
    return this.#deps.caller.change(() => ({ kind: "lease-revoke", leaseId }), options);
  }

  /** Keeps a lease alive until it is stopped, after a first time that is awaited. */
  async keep(leaseId: number): Promise<HeldLease> {
    const sentMs = this.#deps.clock.nowMs();
    const { ttlMs } = await this.keepAlive(leaseId, {});
    return this.hold({ leaseId, ttlMs }, sentMs);
  }

  /** Keeps a lease alive that was last confirmed by a request sent at `sentMs`. */
  hold({ leaseId, ttlMs }: { readonly leaseId: number; readonly ttlMs: number }, sentMs: number): HeldLease {
    const keepAlive = async (timeoutMs: number): Promise<void> => {
      await this.keepAlive(leaseId, { timeoutMs });
    };
    const { clock, timers } = this.#deps;
    const held = new HeldLease({ leaseId, ttlMs, keepAlive, clock, timers }, sentMs);
    this.#held = [...this.#held.filter((other) => other.isHeld), held];
    return held;
  }

  /** Keeps none alive any longer. */
  stopAll(): void {
    for (const held of this.#held) held.stop();
    this.#held = [];
  }

  /** Of all leases, which is not for everybody. */
  async page(options: LeasesOptions): Promise<LeasesPage> {
    refuseUnfit("option", options, READ_NAMES.leases);
    const { rights } = this.#deps;
    const forbidden = rights && forbiddenListing(rights);
    if (forbidden !== undefined) throw new KvdError(forbidden);
    return this.#page(options, {
      from: wholeNumber(options.from ?? 0, "from"),
      limit: options.limit ?? LEASES_PAGE_MAX,
    });
  }

  async one(leaseId: number, options: ReadOptions): Promise<LeaseReply> {
    const page = await this.#page(options, {
      from: wholeNumber(leaseId, "a lease's id"),
      limit: 1,
      keysMax: LEASES_PAGE_MAX,
    });
    const { leases, more, ...answered } = page;
    const found = leases.find(({ id }) => id === leaseId);
    return { ...answered, lease: found && this.#isOwn(found) ? found : undefined };
  }

  async #page(options: ReadOptions, { from, limit, keysMax = 0 }: Page): Promise<LeasesPage> {
    const { caller, token } = this.#deps;
    const consistency = consistencyOf(options, READ_NAMES.leases);
    const request = (id: number, timeoutMs: number): Request => {
      return { kind: "leases", id, timeoutMs, from, limit, keysMax, consistency: consistency(token()) };
    };
    const reply = await caller.ask(readTarget(options), request, options);
    const { leases, more } = expectBody(reply, "leases");
    return { leases, more, ...answeredAs(reply, options) };
  }

  #isOwn({ owner }: LeaseItem): boolean {
    const { rights } = this.#deps;
    return rights === undefined || rights.prefix.length === 0 || owner === rights.id;
  }
}
