import type { Clock, Timers } from "../base/seams.ts";
import { type Contender, contenderInterval, contenderOf } from "./contenders.ts";
import type { HeldLease } from "./held-lease.ts";
import type { LocksDeps } from "./locks.ts";
import type { ObserveDeps } from "./observe.ts";
import type {
  Bytes,
  ChangeOptions,
  GrantOptions,
  PutOptions,
  RangeOptions,
  WatchOptions,
} from "./options.ts";
import type { GrantReply, PutReply, RangePage, RevokeReply, WatchEvent } from "./replies.ts";

/** What of a client locks need. */
export interface LockClient {
  grantLease(options: GrantOptions): Promise<GrantReply>;
  put(key: Bytes, value: Bytes, options: PutOptions): Promise<PutReply>;
  pages(options: RangeOptions): AsyncIterable<RangePage>;
  revokeLease(leaseId: number, options: ChangeOptions): Promise<RevokeReply>;
  watch(options: WatchOptions): AsyncIterable<WatchEvent>;
}

export interface LockMeans {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Keeps a lease alive that was last confirmed by a request sent at `sentMs`. */
  readonly hold: (lease: { readonly leaseId: number; readonly ttlMs: number }, sentMs: number) => HeldLease;
}

/** The requests that locks and elections are made of, as those of a client. */
export function lockRequests(client: LockClient, means: LockMeans): LocksDeps & ObserveDeps {
  const { clock, timers, hold } = means;
  return {
    clock,
    timers,
    holdNew: async (ttlMs, options) => {
      const sentMs = clock.nowMs();
      return hold(await client.grantLease({ ...options, ttlMs }), sentMs);
    },
    create: async ({ key, value, leaseId }, options) => {
      const { createRevision } = await client.put(key, value, { ...options, leaseId, ifAbsent: true });
      return createRevision;
    },
    contenders: async (name, options) => {
      const { start, end } = contenderInterval(name);
      const found: Contender[] = [];
      let revision: number | undefined;
      for await (const page of client.pages({ ...options, start, ...(end === undefined ? {} : { end }) })) {
        revision ??= page.revision;
        for (const item of page.items) {
          const contender = contenderOf(name, item);
          if (contender !== undefined) found.push(contender);
        }
      }
      return { found, revision: revision ?? 0 };
    },
    whenDeleted: (key, from, signal) => whenDeleted(client, { key, from, signal }),
    revoke: async (leaseId, options) => {
      await client.revokeLease(leaseId, options);
    },
    watch: (options) => client.watch(options),
  };
}

async function whenDeleted(
  client: LockClient,
  options: { readonly key: Uint8Array; readonly from: number; readonly signal: AbortSignal },
): Promise<boolean> {
  for await (const event of client.watch(options)) {
    if (event.kind === "delete") return true;
  }
  return false;
}
