import t from "tap";
import { ITEM_PATCH } from "../../src/gateway/item-patch.ts";
import { ITEM_WRITES } from "../../src/gateway/item-writes.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

t.test("a put makes or replaces, under the condition that its headers name", async (t) => {
  const { ask } = simulatedGateway(t);
  t.equal(ITEM_WRITES.length, 2);
  const put = (body: string, headers: Record<string, string> = {}) => ask("PUT /v1/kv/a", { body, headers });
  const failed = { status: 412, json: { code: "condition_failed", outcome: "not_applied" } };
  t.match(await put("0", { "if-match": "*" }), failed);
  t.match(await put("1", { "if-none-match": "*" }), {
    status: 201,
    headers: { etag: '"1"' },
    json: { version: 1 },
  });
  t.match(await put("2", { "if-none-match": "*" }), failed);
  t.match(await put("2", { "if-match": '"1"' }), {
    status: 200,
    headers: { etag: '"2"' },
    json: { version: 2 },
  });
  t.match(await put("3", { "if-match": '"1"' }), failed);
  t.match(await put("3", { "if-match": '"none-of-ours"' }), failed);
  t.match(await put("3", { "if-match": '"0"' }), failed);
  t.match(await put("3", { "if-match": "*" }), { status: 200, headers: { etag: '"3"' } });
  t.match(await put("4", { "if-match": '"3", "2"' }), { status: 400 });
  t.match(await put("4", { "if-match": '"3"', "if-none-match": "*" }), { status: 400 });
  t.match(await put("4", { "if-none-match": '"3"' }), { status: 400 });
  t.match(await put("4", { "if-match": "3" }), { status: 400 });
  t.match((await ask("GET /v1/kv/a")).json, { value: "3", revision: 3, create_revision: 1 });
  const told = await ask("PUT /v1/kv/a?prev&ttl=1m", { body: "4" });
  t.match(told.json, { previous: { key: "a", value: "3", revision: 3 }, revision: 4 });
  t.ok(Number((await ask("GET /v1/kv/a")).json["ttl_ms"]) > 50_000);
  t.match(await ask("PUT /v1/kv/a?ttl=1m&lease=1", { body: "4" }), { status: 400 });
  for (const ttl of ["0s", "99ms"])
    t.match(await ask(`PUT /v1/kv/a?ttl=${ttl}`, { body: "4" }), {
      status: 400,
      json: { code: "bad_request", detail: /a duration from 100ms to 315360000000ms is needed/ },
    });
});

t.test("a delete needs a key that is there, and the condition to hold", async (t) => {
  const { ask } = simulatedGateway(t);
  await ask("PUT /v1/kv/a", { body: "1" });
  t.match(await ask("DELETE /v1/kv/a", { headers: { "if-match": '"9"' } }), { status: 412 });
  t.match(await ask("DELETE /v1/kv/a?prev", { headers: { "if-match": '"1"' } }), {
    status: 200,
    json: { deleted: true, revision: 2, previous: { value: "1" } },
  });
  t.match(await ask("DELETE /v1/kv/a"), { status: 404, json: { code: "not_found", outcome: "not_applied" } });
  t.match(await ask("DELETE /v1/kv/a", { headers: { "if-match": "*" } }), { status: 412 });
});

t.test("a patch is a merge patch, an op, or a longer life", async (t) => {
  const { ask } = simulatedGateway(t);
  t.equal(ITEM_PATCH.method, "PATCH");
  const json = { "content-type": "application/json" };
  const merge = { "content-type": "application/merge-patch+json" };
  const patch = (body: string, headers: Record<string, string> = json) =>
    ask("PATCH /v1/kv/a", { body, headers });
  t.match(await patch('{"x":1.0,"y":{"z":2}}', merge), {
    status: 200,
    headers: { etag: '"1"' },
    json: { old: null },
  });
  t.match((await patch('{"y":null}', merge)).json, { new: '{"x":1.0}' });
  t.match((await patch('{"op":"append","arg":"!"}')).json, { new: '{"x":1.0}!', revision: 3 });
  t.match((await patch('{"expected":"no","new":"yes"}')).json, { code: "condition_failed", status: 409 });
  t.match(await patch('{"ttl":"1h"}'), { status: 200, json: { ttl_ms: 3_600_000 } });
  t.match(await patch('{"ttl":"1h","op":"incr"}'), { status: 400 });
  t.match(await patch('{"op":"incr"}', { ...json, "if-match": '"3"' }), {
    status: 400,
    json: { detail: /op: cas/ },
  });
  t.match(await patch("x", { "content-type": "text/plain" }), { status: 415 });
  t.match(await ask("PATCH /v1/kv/none", { body: '{"ttl":"1h"}', headers: json }), { status: 404 });
});
