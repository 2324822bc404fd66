import { assert } from "../base/assert.ts";
import type { Slot } from "../base/ids.ts";
import type { Address, Clock } from "../base/seams.ts";
import type { Operation, Result } from "../kv/command.ts";
import type { Rights } from "../kv/rights.ts";
import type { LeaderHint, NodeStatus, RangeItem, Reply, Request } from "../wire/client-messages.ts";
import type { CallOptions } from "./call.ts";
import { Caller, expectBody } from "./caller.ts";
import { lockName } from "./contenders.ts";
import { deleteInSteps } from "./delete-in-steps.ts";
import { Dispatcher } from "./dispatcher.ts";
import { fenced } from "./fence.ts";
import { answeredAs, consistencyOf, readTarget } from "./freshness.ts";
import type { HeldLease } from "./held-lease.ts";
import { walkHistory } from "./history.ts";
import { bytesOf, intervalOf, keyAfter } from "./key-bytes.ts";
import { Leadership } from "./leadership.ts";
import { Leases } from "./leases.ts";
import type { LinksDeps } from "./links.ts";
import type { Lock } from "./lock.ts";
import { lockRequests } from "./lock-requests.ts";
import { Locks, type LocksDeps } from "./locks.ts";
import { refuseUnfit, revisionOf, verifierOf, wholeNumber } from "./misuse.ts";
import { type ObserveDeps, observeHolder } from "./observe.ts";
import type { Modification } from "./operations.ts";
import { deleteOperation, modifyOperation, putAllOperation, putOperation } from "./operations.ts";
import { Operator } from "./operator.ts";
import { LOCK_NAMES, READ_NAMES, REQUEST_NAMES } from "./option-names.ts";
import type {
  Bytes,
  CampaignOptions,
  ChangeOptions,
  ClaimOptions,
  ClientOptions,
  CreatePrincipalOptions,
  DeleteRangeOptions,
  FencedOptions,
  GetOptions,
  GrantOptions,
  HistoryOptions,
  LeasesOptions,
  LifetimeOptions,
  LockOptions,
  ModifyOptions,
  PrincipalsOptions,
  PutOptions,
  RangeOptions,
  ReadOptions,
  RequestOptions,
  RotatePrincipalOptions,
  WatchOptions,
  WriteOptions,
} from "./options.ts";
import type {
  Answered,
  Claim,
  CompactReply,
  DeleteRangeReply,
  DeleteReply,
  GetReply,
  GrantReply,
  Holder,
  KeepAliveReply,
  KeyChange,
  LeaseReply,
  LeasesPage,
  LockReply,
  ModifyReply,
  PingReply,
  PrincipalReply,
  PrincipalsReply,
  PutAllReply,
  PutReply,
  RangePage,
  RevokeReply,
  TouchReply,
  TxnReply,
} from "./replies.ts";
import { nodeAt, type Target } from "./target.ts";
import type { TxnRequest } from "./txn.ts";
import { txnOperation } from "./txn.ts";
import type { Watch } from "./watch.ts";
import { Watches } from "./watches.ts";
import { Writer } from "./writer.ts";

const PAGE_KEYS = 1_000;
const PAGE_BYTES = 1024 * 1024;

/** What makes a client a part of another one. */
interface Limits {
  readonly rights: Rights;
  readonly dispatcher: Dispatcher;
  readonly writer: Writer;
}

const REPLICA: Target = { kind: "replica" };

/**
 * A cluster's client: finds the members, follows the leader, and repeats what was not answered until the
 * caller's patience ends. Each change is executed at most once however often it was sent. All methods
 * reject with a KvdError, whose outcome is `not_applied` only when that is certain.
 */
export class Client {
  readonly #dispatcher: Dispatcher;
  readonly #writer: Writer;
  readonly #caller: Caller;
  readonly #clock: Clock;
  readonly #options: ClientOptions;
  readonly #deps: LinksDeps;
  /** Undefined: all there are. */
  readonly #rights: Rights | undefined;
  readonly #lockRequests: LocksDeps & ObserveDeps;
  readonly #locks: Locks;
  readonly #leases: Leases;
  readonly #watches: Watches;
  /** What an operator asks of the cluster. */
  readonly operator: Operator;

  /** Takes ownership of `deps.network`. */
  constructor(options: ClientOptions, deps: LinksDeps, limits?: Limits) {
    assert(options.endpoints.length > 0, "a client needs an endpoint to begin with");
    this.#options = options;
    this.#deps = deps;
    this.#clock = deps.clock;
    this.#rights = limits?.rights;
    this.#dispatcher = limits?.dispatcher ?? new Dispatcher(options.endpoints, deps);
    this.#writer = limits?.writer ?? new Writer(deps.random.bytes(16), this.#dispatcher.time, deps.clock);
    const { clock } = deps;
    const [dispatcher, writer] = [this.#dispatcher, this.#writer];
    this.#caller = new Caller({ dispatcher, writer, clock, options, rights: limits?.rights });
    this.operator = new Operator(this.#caller, deps.timers);
    this.#watches = new Watches({
      ask: async ({ request, ...poll }) => expectBody(await this.#ask(REPLICA, request, poll), "events"),
      timers: deps.timers,
      token: () => this.#dispatcher.token,
      timeoutMs: this.#caller.timeoutMs,
    });
    const { timers } = deps;
    const token = (): Slot => dispatcher.token;
    this.#leases = new Leases({ caller: this.#caller, token, rights: limits?.rights, clock, timers });
    this.#lockRequests = lockRequests(this, {
      clock,
      timers,
      hold: (lease, sentMs) => this.#leases.hold(lease, sentMs),
    });
    this.#locks = new Locks(this.#lockRequests);
  }

  /**
   * This client for somebody with these rights alone: all else rejects with `forbidden`, and whoever may touch
   * some keys alone finds leases of its own alone. Closing it ends what it holds, and not this one.
   */
  limitedTo(rights: Rights): Client {
    const limits = { rights, dispatcher: this.#dispatcher, writer: this.#writer };
    return new Client(this.#options, this.#deps, limits);
  }

  /** The members as the last node that was talked to named them; empty before the first answer. */
  get members(): readonly LeaderHint[] {
    return this.#dispatcher.directory.members;
  }

  /** 32 bytes, or none before the first answer. */
  get clusterId(): Uint8Array {
    return this.#dispatcher.links.clusterId;
  }

  /** The name, or before it is known the `HOST:PORT`, of the member that leads as far as is known. */
  get leader(): string | undefined {
    const { leader } = this.#dispatcher.directory;
    if (leader === undefined) return undefined;
    const { host, port } = leader.address;
    return (
      this.members.find((member) => member.host === host && member.port === port)?.name ?? leader.endpoint
    );
  }

  /** Stores a value, under a condition if one is named, for as long as is named. */
  async put(key: Bytes, value: Bytes, options: PutOptions = {}): Promise<PutReply> {
    return this.#change(() => fenced(putOperation(key, value, options), options), options);
  }

  /** Deletes a key, under a condition if one is named; `deleted` is false when there was none. */
  async delete(key: Bytes, options: WriteOptions = {}): Promise<DeleteReply> {
    return this.#change(() => fenced(deleteOperation(key, options), options), options);
  }

  /**
   * Deletes the keys of an interval. More than 10,000 go in steps, each executed once; when a later one
   * fails, what the earlier ones deleted stays deleted, and the error's outcome is `unknown`.
   */
  async deleteRange(options: DeleteRangeOptions): Promise<DeleteRangeReply> {
    return deleteInSteps(options, {
      nowMs: () => this.#clock.nowMs(),
      timeoutMs: this.#caller.timeoutMs,
      step: (make, stepOptions) => this.#change(make, stepOptions),
    });
  }

  /** Stores all entries or none, at one revision; no key twice. */
  async putAll(
    entries: Iterable<readonly [key: Bytes, value: Bytes, lifetime?: LifetimeOptions]>,
    options: FencedOptions = {},
  ): Promise<PutAllReply> {
    return this.#change(() => fenced(putAllOperation(entries), options), options);
  }

  /** Makes a key's value from its present one, at the server. */
  async modify(key: Bytes, change: Modification, options: ModifyOptions = {}): Promise<ModifyReply> {
    return this.#change(() => fenced(modifyOperation(key, change, options), options), options);
  }

  /** Does one of two lists of operations, whole, as the compares hold or not. */
  async txn(request: TxnRequest, options: FencedOptions = {}): Promise<TxnReply> {
    return this.#change(() => fenced(txnOperation(request), options), options);
  }

  /** Gives a key `ttlMs` to live from now on, without writing it anew; a key of a lease is refused. */
  async touch(key: Bytes, ttlMs: number, options: FencedOptions = {}): Promise<TouchReply> {
    return this.#change(() => fenced({ kind: "touch", key: bytesOf(key), ttlMs }, options), options);
  }

  async grantLease(options: GrantOptions): Promise<GrantReply> {
    return this.#leases.grant(options);
  }

  /** Lets a lease's whole time begin again, once. Rejects with `lease_not_found` when it has ended. */
  async keepLeaseAlive(leaseId: number, options: ChangeOptions = {}): Promise<KeepAliveReply> {
    return this.#leases.keepAlive(leaseId, options);
  }

  /** Keeps a lease alive until `stop`, and tells when it is lost. The first keep-alive is awaited. */
  async holdLease(leaseId: number): Promise<HeldLease> {
    return this.#leases.keep(leaseId);
  }

  /** Ends a lease and deletes its keys. */
  async revokeLease(leaseId: number, options: ChangeOptions = {}): Promise<RevokeReply> {
    return this.#leases.revoke(leaseId, options);
  }

  /** Forgets the changes at `revision` and earlier: watches and histories begin after it. Never undone. */
  async compact(revision: number, options: ChangeOptions = {}): Promise<CompactReply> {
    return this.#change(() => ({ kind: "compact", revision: wholeNumber(revision, "revision") }), options);
  }

  /** One page of the leases. */
  async leases(options: LeasesOptions = {}): Promise<LeasesPage> {
    return this.#leases.page(options);
  }

  /** One lease, with the names of its keys. */
  async lease(leaseId: number, options: ReadOptions = {}): Promise<LeaseReply> {
    return this.#leases.one(leaseId, options);
  }

  /** Lets somebody use the cluster: whoever knows the secret that `verifier` was made of. */
  async createPrincipal(id: string, options: CreatePrincipalOptions): Promise<PrincipalReply> {
    return this.#change(() => {
      const { role, prefix = "", verifier } = options;
      return { kind: "principal-create", id, role, prefix: bytesOf(prefix), verifier: verifierOf(verifier) };
    }, options);
  }

  /** Gives a principal another secret. */
  async rotatePrincipal(id: string, options: RotatePrincipalOptions): Promise<PrincipalReply> {
    return this.#change(() => {
      const { verifier, graceMs = 0 } = options;
      return { kind: "principal-rotate", id, verifier: verifierOf(verifier), graceMs };
    }, options);
  }

  async revokePrincipal(id: string, options: ChangeOptions = {}): Promise<PrincipalReply> {
    return this.#change(() => ({ kind: "principal-revoke", id }), options);
  }

  /** Everybody who may use the cluster; `endpoint` names the node to ask. */
  async principals(options: PrincipalsOptions = {}): Promise<PrincipalsReply> {
    const consistency = consistencyOf(options, READ_NAMES.principals);
    const request = (id: number, timeoutMs: number): Request => {
      return { kind: "principals", id, timeoutMs, consistency: consistency(this.#dispatcher.token) };
    };
    const { endpoint } = options;
    const target = endpoint === undefined ? readTarget(options) : nodeAt(endpoint);
    const reply = await this.#ask(target, request, options);
    const { principals } = expectBody(reply, "principals");
    return { principals, ...answeredAs(reply, options) };
  }

  /** The key's record, undefined when there is none; as it was after `revision`, when that is named. */
  async get(key: Bytes, options: GetOptions = {}): Promise<GetReply> {
    const consistency = consistencyOf(options);
    const keyBytes = bytesOf(key);
    const past = revisionOf(options);
    const request = (id: number, timeoutMs: number): Request => ({
      kind: "get",
      id,
      timeoutMs,
      key: keyBytes,
      consistency: consistency(this.#dispatcher.token),
      ...past,
    });
    const reply = await this.#ask(readTarget(options), request, options);
    const { record, timeLeftMs } = expectBody(reply, "record");
    return { record, timeLeftMs, ...answeredAs(reply, options) };
  }

  /** One page of the keys, as they were after `revision` when that is named; else pages are not of one moment. */
  async range(options: RangeOptions = {}): Promise<RangePage> {
    const consistency = consistencyOf(options, READ_NAMES.range);
    const asked = { ...intervalOf(options), ...revisionOf(options) };
    const request = (id: number, timeoutMs: number): Request => ({
      kind: "range",
      id,
      timeoutMs,
      ...asked,
      limit: options.limit ?? PAGE_KEYS,
      bytesMax: options.bytesMax ?? PAGE_BYTES,
      keysOnly: options.keysOnly ?? false,
      consistency: consistency(this.#dispatcher.token),
    });
    const reply = await this.#ask(readTarget(options), request, options);
    const { items, more } = expectBody(reply, "range");
    return { items, more, ...answeredAs(reply, options) };
  }

  /** All keys of the interval, page after page. `limit` and `bytesMax` are a page's. */
  async *scan(options: RangeOptions = {}): AsyncGenerator<RangeItem, void, undefined> {
    for await (const page of this.pages(options)) yield* page.items;
  }

  /** The same, page by page. */
  async *pages(options: RangeOptions = {}): AsyncGenerator<RangePage, void, undefined> {
    refuseUnfit("option", options, READ_NAMES.range);
    const { start: first, end } = intervalOf(options);
    const { prefix: _, ...rest } = options;
    let start = first;
    for (;;) {
      const page = await this.range({ ...rest, start, ...(end === undefined ? {} : { end }) });
      yield page;
      const last = page.items.at(-1);
      if (!page.more || last === undefined) return;
      start = keyAfter(last.key);
    }
  }

  /**
   * Tells each change of a key, or of an interval of keys, from a revision on: once, in order, none left
   * out. It begins at once, and ends when the iteration is left. Throws `compacted`, with the oldest
   * revision that is there, when what comes next is forgotten.
   */
  watch(options: WatchOptions): Watch {
    return this.#watches.begin(options);
  }

  /** A key's changes in the retained window, newest first. */
  history(key: Bytes, options: HistoryOptions = {}): AsyncGenerator<KeyChange, void, undefined> {
    const consistency = consistencyOf(options, READ_NAMES.history);
    const question = { key: bytesOf(key), consistency: () => consistency(this.#dispatcher.token) };
    return walkHistory(question, options, async (request) => {
      return expectBody(await this.#ask(readTarget(options), request, options), "history");
    });
  }

  /** Asks one node, or whichever is there, whether it lives; that needs no quorum. */
  async ping(endpoint?: Address, options: RequestOptions = {}): Promise<PingReply> {
    refuseUnfit("option", options, REQUEST_NAMES);
    const startMs = this.#clock.nowMs();
    const target = endpoint === undefined ? REPLICA : nodeAt(endpoint);
    const reply = await this.#ask(target, (id) => ({ kind: "ping", id }), options);
    expectBody(reply, "pong");
    return { servedBy: reply.servedBy, elapsedMs: this.#clock.nowMs() - startMs };
  }

  async status(endpoint: Address, options: RequestOptions = {}): Promise<NodeStatus> {
    refuseUnfit("option", options, REQUEST_NAMES);
    const target = nodeAt(endpoint);
    const reply = await this.#ask(target, (id) => ({ kind: "status", id }), options);
    return expectBody(reply, "status").status;
  }

  /** Waits until this one has the lock, in the order in which it was asked for; then nobody else has it. */
  async lock(name: Bytes, options: LockOptions = {}): Promise<Lock> {
    refuseUnfit("option", options, LOCK_NAMES.lock);
    return this.#locks.lock(name, options);
  }

  /** The lock, or undefined when somebody else has it. */
  async tryLock(name: Bytes, options: LockOptions = {}): Promise<Lock | undefined> {
    refuseUnfit("option", options, LOCK_NAMES.lock);
    return this.#locks.tryLock(name, options);
  }

  /** The lock for a lease that the caller keeps alive; undefined when somebody else still has it after `waitMs`. */
  async claimLock(name: Bytes, leaseId: number, options: ClaimOptions = {}): Promise<Claim | undefined> {
    refuseUnfit("option", options, LOCK_NAMES.claim);
    return this.#locks.claim(name, leaseId, options);
  }

  /** Who has a lock, or leads an election, and how many wait. */
  async lockHolder(name: Bytes, options: ReadOptions = {}): Promise<LockReply> {
    refuseUnfit("option", options, LOCK_NAMES.holder);
    return this.#locks.holder(name, options);
  }

  /** Stands for election, and waits until this one leads; `value` is what others learn about the leader. */
  async campaign(name: Bytes, value: Bytes, options: CampaignOptions = {}): Promise<Leadership> {
    refuseUnfit("option", options, LOCK_NAMES.campaign);
    const lock = await this.#locks.lock(name, { ...options, value });
    return new Leadership(lock, (next, how) => this.put(lock.key, next, how));
  }

  /** Who leads an election, or has a lock: now, and whenever it changes; undefined while nobody does. */
  observe(name: Bytes, options: Pick<ReadOptions, "signal"> = {}): AsyncGenerator<Holder | undefined> {
    refuseUnfit("option", options, LOCK_NAMES.observe);
    return observeHolder(lockName(name), options.signal, this.#lockRequests);
  }

  /** Gives up on what is outstanding, keeps no lease alive any longer, and frees the socket. More than once is harmless. */
  close(): void {
    this.#leases.stopAll();
    this.#watches.failAll();
    if (this.#rights === undefined) this.#dispatcher.close();
  }

  #ask(target: Target, request: CallOptions["request"], options: RequestOptions): Promise<Reply> {
    return this.#caller.ask(target, request, options);
  }

  #change<Kind extends Operation["kind"]>(
    make: () => Extract<Operation, { kind: Kind }>,
    options: ChangeOptions,
  ): Promise<Extract<Result, { kind: Kind }> & Answered> {
    return this.#caller.change(make, options);
  }
}
