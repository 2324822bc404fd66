import { KvdError } from "../base/errors.ts";
import type { Clock, Timers } from "../base/seams.ts";
import type { Standing } from "./claims.ts";
import { type Contender, contenderInterval, contenderOf } from "./contenders.ts";
import type { HeldLease } from "./held-lease.ts";
import type { NewContender } from "./lock-queue.ts";
import type { LocksDeps } from "./locks.ts";
import type { ObserveDeps } from "./observe.ts";
import type {
  Bytes,
  ChangeOptions,
  GetOptions,
  GrantOptions,
  PutOptions,
  RangeOptions,
  RequestOptions,
  WatchOptions,
  WriteOptions,
} from "./options.ts";
import type {
  DeleteReply,
  GetReply,
  GrantReply,
  PutReply,
  RangePage,
  RevokeReply,
  WatchEvent,
} from "./replies.ts";

/** What of a client locks need. */
export interface LockClient {
  grantLease(options: GrantOptions): Promise<GrantReply>;
  put(key: Bytes, value: Bytes, options: PutOptions): Promise<PutReply>;
  get(key: Bytes, options: GetOptions): Promise<GetReply>;
  delete(key: Bytes, options: WriteOptions): Promise<DeleteReply>;
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
    stand: (entry, options) => stand(client, entry, options),
    leave: async (key, revision, options) => {
      await client.delete(key, { ...options, ifRevision: revision });
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

/** Nobody's key is taken over but this lease's own: a key that is of another one never counted for its age. */
async function stand(
  client: LockClient,
  { key, value, leaseId }: NewContender,
  options: RequestOptions,
): Promise<Standing> {
  let before: number | undefined;
  for (;;) {
    try {
      const condition = before === undefined ? { ifAbsent: true } : { ifRevision: before };
      const reply = await client.put(key, value, { ...options, ...condition, leaseId });
      return { token: reply.createRevision, revision: reply.revision };
    } catch (error) {
      if (!(error instanceof KvdError) || error.failure.code !== "condition_failed") throw error;
      const { record } = await client.get(key, options);
      if (record !== undefined && record.leaseId !== leaseId) throw error;
      before = record?.modRevision;
    }
  }
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
