import { createHash } from "node:crypto";
import { KvdError } from "../../../src/base/errors.ts";
import type { Address } from "../../../src/base/seams.ts";
import type { Client } from "../../../src/client/client.ts";
import { openClient } from "../../../src/client/open.ts";
import type { KeyChange, TxnAnswer } from "../../../src/client/replies.ts";
import type { TxnCompare, TxnDo } from "../../../src/client/txn.ts";
import type { KeyRecord } from "../../../src/kv/command.ts";
import {
  type Ask,
  type AskedSurface,
  absent,
  type Compared,
  type Done,
  type Fenced,
  known,
  levelTold,
  type Then,
  type Told,
} from "./ask.ts";
import { Revisions } from "./step.ts";

const PREFIX = "library/";
/** The first key above all with the prefix. */
const PREFIX_END = "library0";
const LEASES = 1_000;
const PATIENCE = { timeoutMs: 30_000 } as const;

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const nameOf = (key: Uint8Array): string => text(key).slice(PREFIX.length);

/** The client library. */
export async function askedLibrary(endpoints: readonly Address[]): Promise<AskedSurface> {
  const client = await openClient({ endpoints });
  const library = new Library(client);
  return {
    name: "library",
    ask: async (ask) => {
      try {
        return known(await library.ask(ask));
      } catch (thrown) {
        if (!(thrown instanceof KvdError)) throw thrown;
        return library.refusal(thrown);
      }
    },
    close: () => client.close(),
  };
}

class Library {
  readonly #client: Client;
  readonly #revisions = new Revisions();

  constructor(client: Client) {
    this.#client = client;
  }

  refusal({ failure }: KvdError): Told {
    const { code, outcome, retryable, conflict, oldest } = failure;
    return known({
      refused: code,
      outcome,
      retryable,
      standsAt: conflict?.kind === "revision" ? this.#revisions.numberOf(conflict.revision) : undefined,
      count: conflict?.kind === "count" ? conflict.count : undefined,
      tellsOldest: oldest === undefined ? undefined : true,
    });
  }

  ask(ask: Ask): Promise<Told> {
    switch (ask.kind) {
      case "put":
      case "delete":
        return this.#change(ask);
      case "txn":
        return this.#txn(ask);
      case "get":
      case "get-at":
        return this.#get(ask);
      case "range":
      case "lines":
      case "count":
      case "dry-run":
      case "delete-range":
        return this.#range(ask);
      case "history":
      case "watch":
        return this.#past(ask);
      case "holder":
      case "leader":
      case "try":
        return this.#lock(ask);
      default:
        return this.#time(ask);
    }
  }

  #how({ fence }: Fenced) {
    if (fence === undefined) return PATIENCE;
    return { ...PATIENCE, fence: { key: PREFIX + fence.key, token: this.#revisions.at(fence.made) } };
  }

  async #lock({ kind, lock: name }: Extract<Ask, { lock: string }>): Promise<Told> {
    if (kind === "try") {
      const lock = await this.#client.tryLock(PREFIX + name, PATIENCE);
      await lock?.release();
      return lock === undefined ? { ...absent("lock_held"), retryable: true } : { got: true };
    }
    const { holder, waiters } = await this.#client.lockHolder(PREFIX + name, PATIENCE);
    if (kind === "holder") return { value: holder && text(holder.value), waiters };
    return holder === undefined ? absent("not_found") : { value: text(holder.value) };
  }

  async #change(ask: Extract<Ask, { kind: "put" | "delete" }>): Promise<Told> {
    const { ifRevision, previous } = ask;
    const options = {
      ...this.#how(ask),
      ...(ifRevision === undefined ? {} : { ifRevision: this.#revisions.at(ifRevision) }),
      previous: previous === true,
    };
    const before = (record: KeyRecord | undefined): Told | undefined | null =>
      previous === undefined ? undefined : record === undefined ? null : this.#record(record);
    if (ask.kind === "delete") {
      const reply = await this.#client.delete(PREFIX + ask.key, options);
      if (reply.deleted) this.#revisions.take(reply.revision);
      return { deleted: reply.deleted, previous: before(reply.previous) };
    }
    const { ifAbsent, lease, ttlMs, name } = ask;
    const reply = await this.#client.put(PREFIX + ask.key, ask.value, {
      ...options,
      ...(ifAbsent === undefined ? {} : { ifAbsent }),
      ...(lease === undefined ? {} : { leaseId: LEASES + lease }),
      ...(ttlMs === undefined ? {} : { ttlMs }),
      ...(name === undefined ? {} : { identity: identityOf(name) }),
    });
    const revision = this.#revisions.take(reply.revision);
    const created = this.#revisions.numberOf(reply.createRevision);
    return { revision, created, version: reply.version, previous: before(reply.previous) };
  }

  async #txn(ask: Extract<Ask, { kind: "txn" }>): Promise<Told> {
    const reply = await this.#client.txn(
      {
        if: ask.if.map((compare) => this.#compare(compare)),
        do: ask.do.map(stepOf),
        else: (ask.else ?? []).map(stepOf),
      },
      this.#how(ask),
    );
    const { succeeded, answers } = reply;
    const done = succeeded ? ask.do : (ask.else ?? []);
    if (done.some(({ op }) => op !== "get")) this.#revisions.take(reply.revision);
    return { succeeded, answers: answers.map((answer) => this.#answer(answer)) };
  }

  #compare(compare: Compared): TxnCompare {
    const key = PREFIX + compare.key;
    if ("revision" in compare) return { key, revision: this.#revisions.at(compare.revision) };
    return { ...compare, key };
  }

  #answer(answer: TxnAnswer): Told {
    switch (answer.kind) {
      case "put":
        return {
          op: "put",
          created: this.#revisions.numberOf(answer.createRevision),
          version: answer.version,
        };
      case "delete":
        return { op: "delete", deleted: answer.deleted };
      case "delete-range":
        return { op: "delete-range", deleted: answer.count };
      case "get":
        return { op: "get", record: answer.record === undefined ? null : this.#record(answer.record) };
    }
  }

  async #get(ask: Extract<Ask, { kind: "get" | "get-at" }>): Promise<Told> {
    const how =
      ask.kind === "get-at"
        ? this.#then(ask)
        : {
            consistency: ask.level,
            ...(ask.maxStalenessMs === undefined ? {} : { maxStalenessMs: ask.maxStalenessMs }),
          };
    const reply = await this.#client.get(PREFIX + ask.key, { ...PATIENCE, ...how });
    const { record, timeLeftMs, level, stalenessMs } = reply;
    if (record === undefined) return absent("not_found");
    const told = { ...this.#record(record), ends: timeLeftMs !== undefined };
    if (ask.kind === "get-at") return this.#record(record);
    return {
      ...told,
      level: levelTold(ask.level, level),
      ...(ask.level === "stale" ? { isAgeTold: stalenessMs !== undefined } : {}),
    };
  }

  async #range(
    ask: Extract<Ask, { kind: "range" | "lines" | "count" | "dry-run" | "delete-range" }>,
  ): Promise<Told> {
    if (ask.kind === "range") {
      const bounds = { start: `${PREFIX}${ask.after}\0`, end: PREFIX_END };
      const options = { ...bounds, limit: ask.limit, ...PATIENCE };
      const { items, more } = await this.#client.range({ ...options, ...this.#then(ask) });
      return { items: items.map(({ key, record }) => ({ key: nameOf(key), ...this.#record(record) })), more };
    }
    if (ask.kind === "delete-range") {
      const range = { prefix: PREFIX + ask.prefix, expectedCount: ask.count };
      const reply = await this.#client.deleteRange({ ...range, ...this.#how(ask) });
      return { deleted: reply.count, revision: this.#revisions.take(reply.revision) };
    }
    const items: Told[] = [];
    const past = ask.kind === "dry-run" ? {} : this.#then(ask);
    for await (const { key, record } of this.#client.scan({ prefix: PREFIX, ...past, ...PATIENCE }))
      items.push({ key: nameOf(key), ...this.#record(record) });
    return ask.kind === "lines" ? { items } : { count: items.length };
  }

  #then({ revision, later = 0 }: Then): { readonly revision?: number } {
    return revision === undefined ? {} : { revision: this.#revisions.at(revision) + later };
  }

  async #past(ask: Extract<Ask, { kind: "history" | "watch" }>): Promise<Told> {
    const changes: Told[] = [];
    if (ask.kind === "history") {
      const { limit, before } = ask;
      const options = {
        ...PATIENCE,
        ...(limit === undefined ? {} : { limit }),
        ...(before === undefined ? {} : { before: this.#revisions.at(before) }),
      };
      for await (const change of this.#client.history(PREFIX + ask.key, options))
        changes.push(this.#changed(change));
      return { changes };
    }
    const watch = this.#client.watch({
      prefix: PREFIX + ask.prefix,
      from: this.#revisions.at(ask.from),
      previous: true,
      ...PATIENCE,
    });
    let revisions = 0;
    for await (const event of watch) {
      if (event.kind === "progress") continue;
      const { previous } = event;
      const before = previous === undefined ? null : this.#record(previous);
      changes.push({ ...this.#changed(event), before });
      if (event.endsRevision) revisions++;
      if (revisions === ask.revisions) break;
    }
    return { changes };
  }

  async #time(
    ask: Extract<Ask, { kind: "grant" | "keep-alive" | "show" | "revoke" | "touch" }>,
  ): Promise<Told> {
    if (ask.kind === "touch") {
      const { touched } = await this.#client.touch(PREFIX + ask.key, ask.ttlMs, this.#how(ask));
      return touched ? { ttlMs: ask.ttlMs } : absent("not_found");
    }
    const leaseId = LEASES + ask.lease;
    switch (ask.kind) {
      case "grant": {
        const reply = await this.#client.grantLease({ leaseId, ttlMs: ask.ttlMs, ...PATIENCE });
        return { lease: reply.leaseId - LEASES, ttlMs: reply.ttlMs };
      }
      case "keep-alive": {
        const reply = await this.#client.keepLeaseAlive(leaseId, PATIENCE);
        return { lease: reply.leaseId - LEASES, ttlMs: reply.ttlMs };
      }
      case "show": {
        const { lease } = await this.#client.lease(leaseId, PATIENCE);
        if (lease === undefined) return absent("lease_not_found");
        const { id, ttlMs, keys, keyCount } = lease;
        return { lease: id - LEASES, ttlMs, keys: keys.map(nameOf), count: keyCount };
      }
      case "revoke": {
        const { count, more, revision } = await this.#client.revokeLease(leaseId, PATIENCE);
        this.#revisions.take(revision);
        return { deleted: count, more };
      }
    }
  }

  #changed(change: KeyChange): Told {
    const { kind, key, revision, previousRevision } = change;
    const place = {
      change: kind,
      key: nameOf(key),
      revision: this.#revisions.numberOf(revision),
      after: this.#revisions.numberOf(previousRevision),
    };
    if (change.kind === "delete") return place;
    const { value, version, createRevision } = change.record;
    return { ...place, value: text(value), version, created: this.#revisions.numberOf(createRevision) };
  }

  #record({ value, version, createRevision, modRevision, leaseId }: KeyRecord): Told {
    return known({
      value: text(value),
      version,
      created: this.#revisions.numberOf(createRevision),
      changed: this.#revisions.numberOf(modRevision),
      lease: leaseId === 0 ? undefined : leaseId - LEASES,
    });
  }
}

function stepOf(step: Done): TxnDo {
  const key = PREFIX + step.key;
  switch (step.op) {
    case "put":
      return { put: key, value: step.value };
    case "get":
      return { get: key };
    case "delete":
      return { delete: key };
    case "delete-range":
      return { deletePrefix: key };
  }
}

function identityOf(name: string) {
  const client = new Uint8Array(createHash("sha256").update(PREFIX).update(name).digest()).slice(0, 16);
  return { client, sequence: 1, repeatableMs: 600_000 };
}
