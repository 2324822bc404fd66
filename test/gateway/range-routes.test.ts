import t from "tap";
import { RANGE_ROUTES } from "../../src/gateway/range-routes.ts";
import type { Ask } from "./simulated-gateway.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

async function filled(ask: Ask, count: number): Promise<readonly string[]> {
  const keys = Array.from({ length: count }, (_, index) => `k/${String(index).padStart(5, "0")}`);
  const items = Object.fromEntries(keys.map((key) => [key, `value of ${key}`]));
  await ask("POST /kv/set-multi", { body: JSON.stringify(items) });
  return keys;
}

t.test("a range comes in pages, each with a link to the next", async (t) => {
  const { ask } = simulatedGateway(t);
  t.equal(RANGE_ROUTES.length, 2);
  const keys = await filled(ask, 25);
  await ask("POST /kv/set?key=k0&value=beyond");
  const found: unknown[] = [];
  let next: unknown = "/v1/kv?prefix=k/&limit=10";
  for (let pages = 0; next !== null; pages++) {
    t.ok(pages < 4, "it comes to an end");
    const { json } = await ask(`GET ${next}`);
    for (const item of json["items"] as { key: string; value: string; ttl_ms: null }[]) {
      t.match(item, { value: `value of ${item.key}`, ttl_ms: null, revision: 1 });
      found.push(item.key);
    }
    next = json["next"];
  }
  t.same(found, keys);
  t.match((await ask("GET /v1/kv?start=k/00010&end=k/00012&keys_only")).json, {
    items: [{ key: "k/00010" }, { key: "k/00011" }],
    count: 2,
    more: false,
    next: null,
  });
  t.same((await ask("GET /v1/kv?prefix=k/&count_only")).json, { count: 25, revision: 2 });
  t.match(await ask("GET /v1/kv?prefix=k/&start=a"), { status: 400 });
});

t.test("a range of the past stays there from page to page, deleted keys included", async (t) => {
  const { ask } = simulatedGateway(t);
  const keys = await filled(ask, 25);
  await ask("POST /kv/set?key=k/00003&value=changed");
  await ask("DELETE /v1/kv?start=k/00010&end=k/00020&confirm=10");
  await ask("POST /kv/set?key=k/00002b&value=later");
  const found: unknown[] = [];
  let next: unknown = "/v1/kv?prefix=k/&limit=10&revision=1";
  for (let pages = 0; next !== null; pages++) {
    t.ok(pages < 4, "it comes to an end");
    const { json } = await ask(`GET ${next}`);
    for (const item of json["items"] as { key: string; value: string; revision: number }[]) {
      t.match(item, { value: `value of ${item.key}`, revision: 1 });
      found.push(item.key);
    }
    next = json["next"];
  }
  t.same(found, keys);
  t.same((await ask("GET /v1/kv?prefix=k/&count_only&revision=2")).json, { count: 25, revision: 4 });
  t.same((await ask("GET /v1/kv?prefix=k/&count_only&revision=3")).json, { count: 15, revision: 4 });
  const headers = { accept: "application/x-ndjson" };
  const lines = await ask("GET /v1/kv?start=k/00002&end=k/00004&revision=2&keys_only", { headers });
  t.equal(lines.text.match(/\n/g)?.length, 2);
  t.match(await ask("GET /v1/kv?prefix=k/&revision=5"), { status: 400, json: { code: "bad_request" } });
  t.match(await ask("GET /v1/kv?prefix=k/&revision=0"), { status: 400 });
  t.match(await ask("GET /kv/keys?prefix=k/&revision=1"), { status: 400 });
});

t.test("a range whose past is forgotten says from where on there is any", async (t) => {
  const { ask, world } = simulatedGateway(t);
  const client = world.client();
  await filled(ask, 5);
  await ask("POST /kv/set?key=k/00003&value=changed");
  await world.resolve(client.compact(1));
  client.close();
  t.match(await ask("GET /v1/kv?prefix=k/&revision=1"), {
    status: 410,
    json: { code: "compacted", oldest: 2 },
  });
  t.match(await ask("GET /v1/kv?prefix=k/&revision=1", { headers: { accept: "application/x-ndjson" } }), {
    status: 410,
  });
  t.match(await ask("GET /v1/kv?prefix=k/&revision=2"), { status: 200, json: { count: 5 } });
});

t.test("as lines a range comes whole, in pages that nobody sees", async (t) => {
  const { ask, nodes } = simulatedGateway(t);
  const keys = await filled(ask, 2_500);
  const headers = { accept: "application/x-ndjson" };
  const told = await ask("GET /v1/kv?prefix=k/", { headers });
  t.match(told.headers, { "content-type": "application/x-ndjson", "kvd-consistency": "linearizable" });
  const lines = told.text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { key: string; value: string });
  t.same(
    lines.map(({ key }) => key),
    keys,
  );
  t.equal(lines.at(-1)?.value, "value of k/02499");
  const asked = nodes.flatMap(({ received }) => received).filter(({ kind }) => kind === "range");
  t.ok(asked.length >= 3, "page after page");
  t.equal(
    (await ask("GET /v1/kv?prefix=k/&limit=1200&keys_only", { headers })).text.match(/\n/g)?.length,
    1200,
  );
  t.equal((await ask("GET /v1/kv?prefix=none", { headers })).text, "");
});

t.test("lines that cannot go on end with the reason, not as if they were all", async (t) => {
  const { ask, nodes } = simulatedGateway(t);
  await filled(ask, 1_500);
  let ranges = 0;
  for (const node of nodes)
    node.intercept = (request) => (request.kind === "range" && ++ranges > 1 ? "drop" : undefined);
  const headers = { accept: "application/x-ndjson" };
  const answer = await ask("GET /v1/kv?prefix=k/&timeout=500ms", { headers }).catch(
    (error: unknown) => error,
  );
  t.ok(answer instanceof Error, "the answer is cut off");
  ranges = 1;
  t.match(await ask("GET /v1/kv?prefix=k/&timeout=500ms", { headers }), { status: 503 });
});

t.test("a range is deleted when it holds what was confirmed, and only then", async (t) => {
  const { ask, world } = simulatedGateway(t);
  await filled(ask, 5);
  t.same((await ask("DELETE /v1/kv?prefix=k/&dry_run=true")).json, { count: 5, revision: 1 });
  for (const line of [
    "",
    "?prefix=k/",
    "?confirm=5",
    "?prefix=k/&confirm=5&dry_run",
    "?prefix=k/&confirm=-1",
  ])
    t.match(await ask(`DELETE /v1/kv${line}`), { status: 400 }, line);
  t.match(await ask("DELETE /v1/kv?prefix=k/&confirm=4"), {
    status: 409,
    json: { code: "condition_failed", conflict: { kind: "count", count: 5 } },
  });
  t.equal(world.revision, 1);
  t.same((await ask("DELETE /v1/kv?start=k/00001&end=k/00003&confirm=2")).json, { deleted: 2, revision: 2 });
  t.same((await ask("DELETE /v1/kv?prefix=&confirm=3")).json, { deleted: 3, revision: 3 });
});
