import t from "tap";
import { KvdError } from "../../src/base/errors.ts";
import type { Client } from "../../src/client/client.ts";
import { forbiddenChange, forbiddenRead } from "../../src/client/request-rights.ts";
import type { Rights } from "../../src/kv/rights.ts";
import { text } from "../kv/test-state.ts";
import { threeNodes } from "./world.ts";

const WEB: Rights = { id: "web", role: "read-write", prefix: text("app/") };
const READER: Rights = { ...WEB, id: "reader", role: "read-only" };
const verifier = new Uint8Array(32);

/** Every method of a client that asks the cluster for something, by what it takes. */
const READS: readonly ((client: Client, key: string) => Promise<unknown>)[] = [
  (client, key) => client.get(key),
  (client, key) => client.range({ prefix: key }),
  (client, key) => client.range({ start: key, end: `${key}0` }),
  (client, key) => client.scan({ prefix: key }).next(),
  (client, key) => client.history(key).next(),
  (client, key) => client.watch({ key, timeoutMs: 300 }).started,
  (client, key) => client.watch({ prefix: key, from: 1 })[Symbol.asyncIterator]().next(),
];
const CHANGES: readonly ((client: Client, key: string) => Promise<unknown>)[] = [
  (client, key) => client.put(key, "1"),
  (client, key) => client.delete(key),
  (client, key) => client.deleteRange({ prefix: key }),
  (client, key) => client.putAll([[key, "1"]]),
  (client, key) => client.modify(key, { op: "incr" }),
  (client, key) => client.txn({ do: [{ put: key, value: "1" }] }),
  (client, key) => client.touch(key, 1000),
];
const ADMIN: readonly ((client: Client) => Promise<unknown>)[] = [
  (client) => client.principals(),
  (client) => client.createPrincipal("x", { role: "admin", verifier }),
  (client) => client.rotatePrincipal("x", { verifier }),
  (client) => client.revokePrincipal("x"),
  (client) => client.operator.handOver(""),
  (client) => client.operator.stand({ host: "127.0.0.1", port: 1 }),
];

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "done",
    (error: unknown) => (error instanceof KvdError ? error.failure.code : String(error)),
  );

t.test("a limited client does what its principal may, and sends nothing else", async (t) => {
  const { world, nodes } = threeNodes();
  const whole = world.client();
  await world.resolve(whole.put("app/k", "1"));
  const sent = () => nodes.flatMap(({ received }) => received).length;
  const [web, reader] = [whole.limitedTo(WEB), whole.limitedTo(READER)];
  for (const ask of READS) {
    t.equal(await world.resolve(codeOf(ask(web, "app/k"))), "done", String(ask));
    t.equal(await world.resolve(codeOf(ask(reader, "app/k"))), "done", String(ask));
  }
  for (const ask of CHANGES) {
    t.not(await world.resolve(codeOf(ask(web, "app/k"))), "forbidden", String(ask));
  }
  const before = sent();
  for (const ask of [...READS, ...CHANGES])
    for (const client of [web, reader])
      t.equal(await world.resolve(codeOf(ask(client, "other"))), "forbidden", String(ask));
  for (const ask of CHANGES)
    t.equal(await world.resolve(codeOf(ask(reader, "app/k"))), "forbidden", String(ask));
  for (const ask of ADMIN)
    for (const client of [web, reader])
      t.equal(await world.resolve(codeOf(ask(client))), "forbidden", String(ask));
  t.equal(sent(), before, "what is forbidden reaches no node");
  whole.close();
});

t.test("whoever may touch some keys alone has leases of its own, and finds no others", async (t) => {
  const { world } = threeNodes();
  const whole = world.client();
  const web = whole.limitedTo(WEB);
  const other = whole.limitedTo({ ...WEB, id: "other" });
  const { leaseId } = await world.resolve(web.grantLease({ ttlMs: 60_000 }));
  const foreign = await world.resolve(whole.grantLease({ ttlMs: 60_000 }));
  t.match(await world.resolve(web.lease(leaseId)), { lease: { id: leaseId, owner: "web" } });
  t.equal((await world.resolve(web.lease(foreign.leaseId))).lease, undefined);
  t.equal(await world.resolve(codeOf(web.leases())), "forbidden");
  t.equal((await world.resolve(whole.limitedTo({ ...WEB, prefix: text("") }).leases())).leases.length, 2);
  t.equal((await world.resolve(whole.leases())).leases.length, 2);
  for (const id of [leaseId, foreign.leaseId]) {
    t.equal(await world.resolve(codeOf(other.revokeLease(id))), "lease_not_found");
    t.equal(await world.resolve(codeOf(other.keepLeaseAlive(id))), "lease_not_found");
  }
  const attach = [
    (client: Client, id: number) => client.put("app/k", "1", { leaseId: id }),
    (client: Client, id: number) => client.putAll([["app/k", "1", { leaseId: id }]]),
    (client: Client, id: number) => client.txn({ do: [{ put: "app/k", value: "1", leaseId: id }] }),
    (client: Client, id: number) => client.claimLock("app/lock", id),
  ];
  for (const ask of attach) {
    t.equal(await world.resolve(codeOf(ask(web, leaseId))), "done", String(ask));
    t.equal(await world.resolve(codeOf(ask(web, foreign.leaseId))), "lease_not_found", String(ask));
    t.equal(await world.resolve(codeOf(ask(other, leaseId))), "lease_not_found", String(ask));
  }
  t.equal(await world.resolve(codeOf(web.keepLeaseAlive(leaseId))), "done");
  t.equal(await world.resolve(codeOf(whole.revokeLease(leaseId))), "done");
  t.equal(await world.resolve(codeOf(whole.limitedTo(READER).grantLease({ ttlMs: 60_000 }))), "forbidden");
  whole.close();
});

t.test("a limited client ends with the one that it is a part of, and not the other way round", async (t) => {
  const { world } = threeNodes();
  const whole = world.client();
  const web = whole.limitedTo(WEB);
  web.close();
  t.equal(await world.resolve(codeOf(whole.put("a", "1"))), "done");
  whole.close();
  t.not(await world.resolve(codeOf(web.put("app/a", "1"))), "done");
});

t.test("a refusal is certain to have changed nothing, and worth no repeat", async (t) => {
  const put = { kind: "put", key: text("x"), value: text("1"), previous: false } as const;
  const refused = { code: "forbidden", outcome: "not_applied", retryable: false };
  t.match(forbiddenChange(WEB, put), refused);
  t.equal(forbiddenChange(WEB, { ...put, key: text("app/x") }), undefined);
  t.equal(forbiddenRead(WEB, { kind: "ping", id: 1 }), undefined);
});
