import t from "tap";
import { type Failure, KvdError } from "../../src/base/errors.ts";
import type { Client } from "../../src/client/client.ts";
import { threeNodes, type World } from "./world.ts";

/** A client, the fence of a lock that it made by hand, and what becomes of its requests. */
async function fencedWorld(): Promise<{
  readonly client: Client;
  readonly fence: { readonly key: string; readonly token: number };
  readonly world: World;
  readonly settle: <T>(promise: Promise<T>) => Promise<T>;
  readonly refusal: (promise: Promise<unknown>) => Promise<Failure | undefined>;
}> {
  const { world } = threeNodes();
  const client = world.client();
  const settle = <T>(promise: Promise<T>): Promise<T> => world.resolve(promise);
  const refusal = (promise: Promise<unknown>): Promise<Failure | undefined> =>
    settle(
      promise.then(
        () => undefined,
        (error: unknown) => (error instanceof KvdError ? error.failure : undefined),
      ),
    );
  const { leaseId } = await settle(client.grantLease({ ttlMs: 60_000 }));
  const { createRevision } = await settle(client.put("lock/1", "me", { leaseId }));
  return { client, fence: { key: "lock/1", token: createRevision }, world, settle, refusal };
}

t.test("a fenced change is done while the fence stands, and answers as it would without one", async (t) => {
  const { client, fence, settle } = await fencedWorld();
  const put = await settle(client.put("a", "1", { fence }));
  t.match(put, { version: 1, createRevision: put.revision, previous: undefined, servedBy: String });
  t.match(await settle(client.put("a", "2", { fence, previous: true })), {
    version: 2,
    previous: { version: 1 },
  });
  t.match(await settle(client.delete("a", { fence, previous: true })), {
    deleted: true,
    previous: { version: 2 },
  });
  t.match(await settle(client.delete("a", { fence })), { deleted: false });
  const chosen = await settle(
    client.txn({ if: [{ key: "a", exists: true }], else: [{ get: "lock/1" }] }, { fence }),
  );
  t.match(chosen, { succeeded: false, answers: [{ kind: "get", record: { version: 1 } }] });
  t.equal(chosen.answers.length, 1);
  t.match(await settle(client.txn({ do: [{ put: "a", value: "1" }] }, { fence })), { succeeded: true });
  const otherwise = { if: [{ key: "a", exists: false }], else: [{ delete: "a" }] };
  t.match(await settle(client.txn(otherwise, { fence })), { answers: [{ deleted: true }] });
  t.match(await settle(client.putAll([["a", "1"]], { fence })), { count: 1 });
  t.match(await settle(client.modify("a", { op: "incr" }, { fence })), { value: Buffer.from("2") });
  t.match(await settle(client.touch("a", 60_000, { fence })), { touched: true });
  t.match(await settle(client.deleteRange({ prefix: "a", fence })), { count: 1, more: false });
  client.close();
});

t.test("when the lock has ended, or is another's, nothing is changed", async (t) => {
  const { client, fence, settle, refusal } = await fencedWorld();
  await settle(client.put("a", "1"));
  await settle(client.delete("lock/1"));
  const changes = [
    () => client.put("a", "2", { fence }),
    () => client.delete("a", { fence }),
    () => client.txn({ do: [{ put: "a", value: "2" }], else: [{ get: "a" }] }, { fence }),
    () => client.putAll([["a", "2"]], { fence }),
    () => client.modify("a", { op: "append", argument: "2" }, { fence }),
    () => client.touch("a", 60_000, { fence }),
    () => client.deleteRange({ prefix: "a", fence }),
    () => client.deleteRange({ prefix: "a", expectedCount: 1, fence }),
  ];
  for (const isTaken of [false, true]) {
    if (isTaken) await settle(client.put("lock/1", "another"));
    for (const change of changes)
      t.match(await refusal(change()), { code: "fenced", outcome: "not_applied", retryable: false });
  }
  const { record } = await settle(client.get("a"));
  t.equal(record?.version, 1);
  client.close();
});

t.test("conditions hold beside a fence, and say what they say without one", async (t) => {
  const { client, fence, settle, refusal } = await fencedWorld();
  await settle(client.put("a", "1", { fence, ifAbsent: true }));
  const { record } = await settle(client.get("a"));
  const revision = record?.modRevision ?? 0;
  const conflict = { code: "condition_failed", conflict: { kind: "revision", revision } };
  t.match(await refusal(client.put("a", "2", { fence, ifAbsent: true })), conflict);
  t.match(await refusal(client.put("a", "2", { fence, ifRevision: revision - 1 })), conflict);
  t.match(await refusal(client.delete("a", { fence, ifValue: "2" })), conflict);
  t.match(await refusal(client.delete("b", { fence, ifRevision: 5 })), { conflict: { revision: 0 } });
  t.match(await settle(client.put("a", "2", { fence, ifRevision: revision })), { version: 2 });
  t.match(await settle(client.delete("a", { fence, ifValue: "2" })), { deleted: true });
  client.close();
});

t.test("what is no fence is refused", async (t) => {
  const { client, fence, refusal } = await fencedWorld();
  const bad = { code: "bad_request" };
  t.match(await refusal(client.put("a", "1", { fence: { key: "lock/1", token: 0 } })), bad);
  t.match(await refusal(client.put("a", "1", { fence: { key: "lock/1", token: 1.5 } })), bad);
  t.match(await refusal(client.put("a", "1", { fence, ifAbsent: true, ifRevision: 1 })), bad);
  client.close();
});
