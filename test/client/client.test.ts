import t from "tap";
import { KvdError } from "../../src/base/errors.ts";
import type { Client } from "../../src/client/client.ts";
import { parseRequestId } from "../../src/client/request-id.ts";
import { FakeNode, refusal, threeNodes, World } from "./world.ts";

async function failureOf(promise: Promise<unknown>): Promise<KvdError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof KvdError) return error;
    throw error;
  }
  throw new Error("it succeeded");
}

t.test("a value that was put is read back, and deleted once", async (t) => {
  const { world } = threeNodes();
  const client = world.client();
  const put = await world.resolve(client.put("a", "1"));
  t.match(put, { revision: 1, version: 1, createRevision: 1, servedBy: "n1" });
  const got = await world.resolve(client.get("a"));
  t.equal(Buffer.from(got.record?.value ?? "").toString(), "1");
  t.match(await world.resolve(client.delete("a")), { deleted: true });
  t.match(await world.resolve(client.delete("a")), { deleted: false });
  t.equal((await world.resolve(client.get("a"))).record, undefined);
  client.close();
});

t.test("a client that knows one node learns the others and goes straight to the leader", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client({ endpoints: [nodes[2].address] });
  await world.resolve(client.put("a", "1"));
  const asked = nodes[2].received.length;
  for (let index = 0; index < 5; index++) await world.resolve(client.put("a", `${index}`));
  t.equal(client.members.length, 3);
  t.equal(nodes[2].received.length, asked, "the node that does not lead is left alone");
  t.equal(nodes[0].commands.length, 6);
  client.close();
});

t.test("a lost answer is repeated under the same id and payload, and executed once", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  let lost = 0;
  nodes[0].intercept = (request) =>
    request.kind === "mutate" && lost++ === 0 ? "execute-and-drop" : undefined;
  const put = await world.resolve(client.put("a", "1", { timeoutMs: 10_000 }));
  t.equal(put.version, 1);
  t.equal(world.revision, 1, "one execution");
  const requests = nodes.flatMap((node) => node.received).filter((request) => request.kind === "mutate");
  t.ok(requests.length >= 2, "it was sent again");
  t.equal(new Set(requests.map((request) => Buffer.from(request.command).toString("hex"))).size, 1);
  client.close();
});

t.test("when the leader falls silent, requests reach the next one in well under two seconds", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  await world.resolve(client.put("a", "1"));
  nodes[0].isFrozen = true;
  const startMs = world.nowMs();
  const put = client.put("a", "2", { timeoutMs: 10_000 });
  world.after(300, () => {
    world.leader = nodes[1];
  });
  t.match(await world.resolve(put), { version: 2, servedBy: "n2" });
  t.ok(world.nowMs() - startMs < 700, `took ${world.nowMs() - startMs} ms`);
  client.close();
});

t.test("not applied is said when every attempt was refused, also when time is up", async (t) => {
  const { world } = threeNodes();
  world.leader = undefined;
  const client = world.client();
  const { failure, requestId } = await world.resolve(failureOf(client.put("a", "1", { timeoutMs: 700 })));
  t.match(failure, { code: "no_leader", outcome: "not_applied", retryable: true });
  t.ok(requestId);
  client.close();
});

t.test("nothing is sent any more once time is up, so that the last refusal stands", async (t) => {
  const { world } = threeNodes();
  world.leader = undefined;
  const client = world.client();
  const patience = Array.from({ length: 100 }, (_, index) => 500 + index);
  const puts = patience.map((timeoutMs) => failureOf(client.put("a", "1", { timeoutMs })));
  const refusals = await world.resolve(Promise.all(puts));
  t.strictSame([...new Set(refusals.map(({ failure }) => failure.outcome))], ["not_applied"]);
  client.close();
});

t.test("unknown is said when one attempt got no answer, although others were refused", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  let count = 0;
  nodes[0].intercept = (request) => {
    if (request.kind !== "mutate") return undefined;
    return count++ === 0 ? "drop" : refusal("overloaded", "not_applied", "full");
  };
  const { failure, requestId } = await world.resolve(failureOf(client.put("a", "1", { timeoutMs: 5_000 })));
  t.ok(count > 1, "it was refused afterwards");
  t.match(failure, { code: "timeout", outcome: "unknown" });
  t.ok(parseRequestId(requestId ?? ""));
  client.close();
});

t.test("an attempt that ended in unknown is repeated, and its final refusal stays unknown", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  let count = 0;
  nodes[0].intercept = (request) => {
    if (request.kind !== "mutate") return undefined;
    return count++ === 0
      ? refusal("lost_leadership", "unknown", "deposed")
      : refusal("deadline_too_far", "not_applied", "too far");
  };
  t.match((await world.resolve(failureOf(client.put("a", "1")))).failure, { outcome: "unknown" });
  client.close();
});

t.test("the log's own answer settles what a lost attempt left open", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  let count = 0;
  nodes[0].intercept = (request) => {
    if (request.kind !== "mutate") return undefined;
    return count++ === 0 ? "drop" : refusal("expired", "not_applied", "too late");
  };
  const { failure } = await world.resolve(failureOf(client.put("a", "1", { timeoutMs: 9_000 })));
  t.match(failure, { code: "expired", outcome: "not_applied" });
  client.close();
});

t.test("a request id of an earlier, unknown try makes the next one harmless", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  nodes[0].intercept = (request) => (request.kind === "mutate" ? "execute-and-drop" : undefined);
  const { requestId } = await world.resolve(failureOf(client.put("a", "1", { timeoutMs: 300 })));
  client.close();
  nodes[0].intercept = () => undefined;
  const id = parseRequestId(requestId ?? "");
  t.ok(id);
  const other = world.client();
  await world.resolve(other.put("b", "1"));
  const put = await world.resolve(other.put("a", "1", id === undefined ? {} : { requestId: id }));
  t.equal(put.version, 1);
  t.equal(world.revision, 2);
  t.equal(nodes[0].commands.at(-1)?.identity.acknowledged, 0, "nothing is claimed for the other client");
  other.close();
});

t.test(
  "what is acknowledged stops below a request whose outcome is unknown, until nobody can ask",
  async (t) => {
    const { world, nodes } = threeNodes();
    const client = world.client();
    await world.resolve(client.put("a", "1"));
    await world.resolve(client.put("a", "2"));
    nodes[0].intercept = (request) => (request.kind === "mutate" ? "execute-and-drop" : undefined);
    await world.resolve(failureOf(client.put("b", "1", { timeoutMs: 300 })));
    nodes[0].intercept = () => undefined;
    await world.resolve(client.put("c", "1"));
    await world.resolve(client.put("c", "2"));
    t.equal(nodes[0].commands.at(-1)?.identity.acknowledged, 2);
    await world.run(50_000);
    await world.resolve(client.put("c", "3"));
    await world.resolve(client.put("c", "4"));
    t.equal(nodes[0].commands.at(-1)?.identity.acknowledged, 6);
    client.close();
  },
);

t.test("a deadline is the caller's patience and ten seconds ahead in cluster time", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client({ timeoutMs: 2_000 });
  await world.resolve(client.put("a", "1"));
  const identity = nodes[0].commands[0]?.identity;
  const ahead = (identity?.deadlineMs ?? 0) - world.timeMs - world.nowMs();
  t.ok(ahead > 11_900 && ahead <= 12_000, `${ahead} ms`);
  client.close();
});

t.test("a sequential read carries the session's token and needs no leader", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  await world.resolve(client.put("a", "1"));
  world.leader = undefined;
  const got = await world.resolve(client.get("a", { consistency: "sequential" }));
  t.ok(got.record);
  const read = nodes.flatMap((node) => node.received).find((request) => request.kind === "get");
  t.same(read?.consistency, { level: "sequential", token: 2 });
  client.close();
});

t.test("a scan walks all pages and ends", async (t) => {
  const { world } = threeNodes();
  const client = world.client();
  for (let index = 0; index < 25; index++) await world.resolve(client.put(`k/${index}`, "v"));
  await world.resolve(client.put("l", "v"));
  const keys: string[] = [];
  const walk = async (): Promise<void> => {
    for await (const { key } of client.scan({ prefix: Buffer.from("k/"), limit: 10 }))
      keys.push(Buffer.from(key).toString());
  };
  await world.resolve(walk());
  t.equal(keys.length, 25);
  t.same(keys, keys.toSorted());
  client.close();
});

t.test("a scan of the past stays at its revision, page after page, whatever happens meanwhile", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  const entries = Array.from({ length: 25 }, (_, index) => [`k/${100 + index}`, "old"] as const);
  const { revision } = await world.resolve(client.putAll(entries));
  const found: string[] = [];
  const walk = async (): Promise<void> => {
    for await (const { items } of client.pages({ prefix: "k/", limit: 10, revision })) {
      for (const { key, record } of items) found.push(`${Buffer.from(key)}=${Buffer.from(record.value)}`);
      await client.deleteRange({ prefix: "k/" });
      await client.put("k/115x", "new");
    }
  };
  await world.resolve(walk());
  t.same(
    found,
    entries.map(([key, value]) => `${key}=${value}`),
  );
  const asked = nodes.flatMap(({ received }) => received).filter(({ kind }) => kind === "range");
  t.equal(asked.length, 3);
  const keysOnly = await world.resolve(client.range({ prefix: "k/11", keysOnly: true, revision }));
  t.equal(keysOnly.items.length, 10);
  t.equal(keysOnly.items[0]?.record.value.length, 0);
  for (const wrong of [0, -1, 1.5]) {
    const { failure } = await world.resolve(failureOf(client.range({ revision: wrong })));
    t.match(failure, { code: "bad_request", outcome: "not_applied" });
  }
  client.close();
});

t.test("status asks exactly the node that was named", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  t.equal((await world.resolve(client.status(nodes[2].address))).name, "n3");
  nodes[1].isFrozen = true;
  const { failure } = await world.resolve(failureOf(client.status(nodes[1].address, { timeoutMs: 500 })));
  t.equal(failure.outcome, "not_applied");
  client.close();
});

t.test(
  "an aborted change says that its outcome is unknown, an unsent one that it was not applied",
  async (t) => {
    const { world, nodes } = threeNodes();
    const client = world.client();
    nodes[0].intercept = () => "drop";
    const sent = new AbortController();
    const put = failureOf(client.put("a", "1", { signal: sent.signal }));
    await world.run(100);
    sent.abort();
    t.equal((await put).failure.outcome, "unknown");
    const unsent = failureOf(client.put("a", "1", { signal: AbortSignal.abort() }));
    t.equal((await unsent).failure.outcome, "not_applied");
    client.close();
  },
);

t.test("nobody at home: not applied, and the message says whom was asked", async (t) => {
  const world = new World();
  const client = world.client({ endpoints: [{ host: "127.0.0.1", port: 1 }] });
  const { failure } = await world.resolve(failureOf(client.put("a", "1", { timeoutMs: 400 })));
  t.equal(failure.outcome, "not_applied");
  t.match(failure.message, /127\.0\.0\.1:1/);
  client.close();
});

t.test("a node of another cluster is not listened to", async (t) => {
  const { world, nodes } = threeNodes();
  const stranger = new FakeNode(world, "x1", 7501, 9);
  const client = world.client({ endpoints: [nodes[0].address, stranger.address] });
  await world.resolve(client.put("a", "1"));
  const first = nodes[0].commands.length + stranger.commands.length;
  t.equal(first, 1);
  await t.rejects(world.resolve(client.ping(stranger.address, { timeoutMs: 500 })));
  client.close();
});

t.test("too many outstanding requests are refused here, before they cost memory", async (t) => {
  const { world, nodes } = threeNodes();
  for (const node of nodes) node.intercept = () => "drop";
  const client: Client = world.client();
  const outcomes: Promise<KvdError>[] = [];
  for (let index = 0; index < 65_536; index++) outcomes.push(failureOf(client.get("a")));
  t.match((await failureOf(client.get("a"))).failure, { code: "overloaded", outcome: "not_applied" });
  client.close();
  t.equal((await Promise.all(outcomes)).length, 65_536, "closing answers every caller");
  t.match((await failureOf(client.put("a", "1"))).failure, { code: "unavailable" });
});

t.test("a restarted node is talked to again", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  await world.resolve(client.put("a", "1"));
  nodes[0].isFrozen = true;
  await world.run(300);
  nodes[0].restart();
  const startMs = world.nowMs();
  t.match(await world.resolve(client.put("a", "2")), { version: 2 });
  t.ok(world.nowMs() - startMs < 1_500, `took ${world.nowMs() - startMs} ms`);
  client.close();
});

t.test("keys and values beyond the limits are refused with the limit's name, nothing is sent", async (t) => {
  const { world } = threeNodes();
  const client = world.client();
  t.match((await failureOf(client.put("", "1"))).failure, { code: "bad_request", outcome: "not_applied" });
  t.match(
    (await failureOf(client.put("k".repeat(1_025), "1"))).failure.message,
    /1025 bytes.*1024.*key_bytes_max/,
  );
  const large = new Uint8Array(1024 * 1024 + 1);
  t.match(
    (await failureOf(client.put("k", large))).failure.message,
    /1048577 bytes.*1048576.*value_bytes_max/,
  );
  client.close();
});

t.test("every kind of change reaches the store and comes back typed", async (t) => {
  const { world } = threeNodes();
  const client = world.client();
  const run = <T>(promise: Promise<T>): Promise<T> => world.resolve(promise);
  t.match(await run(client.put("a", "1", { ifAbsent: true })), { revision: 1, version: 1 });
  t.match(await run(client.put("a", "2", { ifRevision: 1, previous: true })), {
    revision: 2,
    previous: { value: Buffer.from("1"), modRevision: 1 },
  });
  t.match(
    await run(
      client.putAll([
        ["b", "1"],
        ["c", "2"],
      ]),
    ),
    { revision: 3, count: 2, servedBy: "n1" },
  );
  const counted = await run(client.modify("n", { op: "incr", argument: 41n }));
  t.equal(Buffer.from(counted.value ?? "").toString(), "41");
  t.match(await run(client.modify("n", { op: "max", argument: 7 }, { value: false })), {
    changed: false,
    value: undefined,
    revision: 4,
  });
  const txn = await run(
    client.txn({ if: [{ key: "a", revision: 2 }], do: [{ put: "d", value: "1" }, { get: "a" }], else: [] }),
  );
  t.match(txn, { succeeded: true, revision: 5, answers: [{ kind: "put" }, { kind: "get" }] });
  t.match(await run(client.deleteRange({ start: "b", end: "d", expectedCount: 2 })), {
    count: 2,
    more: false,
  });
  t.match(await run(client.deleteRange({ start: "" })), { count: 3 });
  t.equal(world.state.keys.size, 0);
  client.close();
});

t.test("a condition that does not hold says what stands there, also after a lost answer", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  await world.resolve(client.put("a", "1"));
  let lost = 0;
  nodes[0].intercept = (request) => {
    if (request.kind !== "mutate" || lost > 0) return undefined;
    lost++;
    return "execute-and-drop";
  };
  const put = failureOf(client.put("a", "2", { ifAbsent: true, timeoutMs: 10_000 }));
  t.match((await world.resolve(put)).failure, {
    code: "condition_failed",
    outcome: "not_applied",
    retryable: false,
    conflict: { kind: "revision", revision: 1 },
  });
  t.equal(lost, 1);
  client.close();
});

t.test("what cannot be meant is refused without being sent", async (t) => {
  const { world, nodes } = threeNodes();
  const client = world.client();
  for (const promise of [
    client.put("a", "1", { ifAbsent: true, ifRevision: 1 }),
    client.putAll([]),
    client.modify("a", { op: "json-merge", argument: "{" }),
    client.txn({}),
    client.deleteRange({ start: "b", end: "a" }),
  ])
    t.match((await failureOf(promise)).failure, { code: "bad_request", outcome: "not_applied" });
  t.equal(nodes.flatMap(({ received }) => received).length, 0);
  client.close();
});
