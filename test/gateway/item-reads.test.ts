import t from "tap";
import { ITEM_READ } from "../../src/gateway/item-reads.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

t.test("an item is JSON or bytes, and its ETag is its revision", async (t) => {
  const { ask } = simulatedGateway(t);
  t.equal(ITEM_READ.path, "/v1/kv/*");
  await ask("PUT /v1/kv/app/a", { body: Uint8Array.of(0xff, 0), headers: { "content-type": "image/x" } });
  const told = await ask("GET /v1/kv/app/a");
  t.match(told, { status: 200, headers: { etag: '"1"', vary: "Accept" } });
  t.match(told.json, { key: "app/a", value_b64: "/wA=", revision: 1, version: 1, ttl_ms: null });
  for (const asked of [
    await ask("GET /v1/kv/app/a?raw"),
    await ask("GET /v1/kv/app/a", { headers: { accept: "application/octet-stream" } }),
  ]) {
    t.match(asked.headers, { "content-type": "application/octet-stream", etag: '"1"' });
    t.same([...asked.bytes], [0xff, 0]);
  }
  t.match(await ask("HEAD /v1/kv/app/a"), { status: 200, headers: { etag: '"1"' }, text: "" });
  t.match(await ask("HEAD /v1/kv/none"), { status: 404 });
});

t.test("a reader that has the record already is told so, and one that wants another, too", async (t) => {
  const { ask } = simulatedGateway(t);
  await ask("PUT /v1/kv/a", { body: "1" });
  const get = async (headers: Record<string, string>) => (await ask("GET /v1/kv/a", { headers })).status;
  for (const tags of ['"1"', 'W/"1"', '"7", "1"', "*"])
    t.equal(await get({ "if-none-match": tags }), 304, tags);
  for (const tags of ['"2"', '"x"', '"01x"']) t.equal(await get({ "if-none-match": tags }), 200, tags);
  t.equal(await get({ "if-match": '"1"' }), 200);
  t.equal(await get({ "if-match": '"2"' }), 412);
  t.equal(await get({ "if-match": 'W/"1"' }), 412, "a weak tag is never strong enough");
  t.equal(await get({ "if-none-match": "1" }), 400);
});

t.test("a path names every key, byte for byte", async (t) => {
  const { ask } = simulatedGateway(t);
  const paths = [
    "%ff",
    "%00",
    "a%2Fb",
    "a//b",
    "a+b",
    "a%20b",
    "..%2F..",
    "__proto__",
    "x%2Fhistory",
    "%E2%82%AC",
    ";x=1",
  ];
  for (const [index, path] of paths.entries()) {
    t.equal(
      (await ask(`PUT /v1/kv/${path}`, { body: `${index}` })).status,
      path === "a//b" ? 201 : 201,
      path,
    );
    t.equal((await ask(`GET /v1/kv/${path}?raw`)).text, `${index}`, path);
  }
  t.equal((await ask("GET /kv/keys")).json["count"], paths.length);
  t.equal((await ask("GET /v1/kv/a/b?raw")).text, "2", "a slash and its code are the same");
  t.match(await ask("GET /v1/kv/%zz"), { status: 400, json: { detail: /two hexadecimal digits/ } });
  t.match(await ask("GET /v1/kv/"), { status: 400, json: { detail: /key is empty/ } });
  t.match(await ask(`GET /v1/kv/${"%ff".repeat(1025)}`), {
    status: 413,
    json: { limit: 1024, actual: 1025 },
  });
});
