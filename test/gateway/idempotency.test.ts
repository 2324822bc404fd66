import { createHash } from "node:crypto";
import t from "tap";
import type { Admission } from "../../src/gateway/access.ts";
import { ANYBODY } from "../../src/gateway/access.ts";
import { idempotencyIdentity } from "../../src/gateway/idempotency.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

const crypto = { sha256: (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest()) };
const key = (text: string) => ({ "idempotency-key": text });

t.test("a repeat under the same key is answered the same, and changes nothing", async (t) => {
  const { ask, world } = simulatedGateway(t);
  const incr = (text: string) => ask("POST /kv/rmw?key=n&op=incr", { headers: key(text) });
  const first = await incr("one");
  t.match(first, { status: 200, json: { new: "1", revision: 1 } });
  t.notOk("idempotency-replayed" in first.headers);
  await ask("POST /kv/rmw?key=n&op=incr");
  const again = await incr("one");
  t.match(again, { status: 200, headers: { "idempotency-replayed": "true" } });
  t.same(again.json, first.json);
  t.match((await incr("two")).json, { new: "3" });
  t.equal(world.revision, 3);
});

t.test("a repeat of what was refused is refused the same, even if it would hold by now", async (t) => {
  const { ask, world } = simulatedGateway(t);
  const put = () => ask("PUT /v1/kv/a", { body: "x", headers: { ...key("k"), "if-match": '"2"' } });
  t.match(await put(), { status: 412 });
  await ask("POST /kv/set?key=b&value=");
  await ask("POST /kv/set?key=a&value=");
  t.match(await put(), { status: 412, headers: { "idempotency-replayed": "true" } });
  const cas = () => ask("POST /kv/rmw", { body: '{"key":"a","expected":"1","new":"2"}', headers: key("c") });
  t.match(await cas(), { status: 409 });
  t.match(await cas(), { status: 409, headers: { "idempotency-replayed": "true" } });
  t.equal(world.revision, 2);
});

t.test("the same key with another request is a 422, and changes nothing", async (t) => {
  const { ask, world } = simulatedGateway(t);
  await ask("POST /kv/set?key=a&value=1", { headers: key("k") });
  const other = { status: 422, json: { code: "sequence_reused" } };
  t.match(await ask("POST /kv/set?key=a&value=2", { headers: key("k") }), other);
  t.match(await ask("POST /kv/delete?key=a", { headers: key("k") }), other);
  t.match(await ask("GET /kv/get?key=a", { headers: key("k") }), { status: 200, json: { value: "1" } });
  t.equal(world.revision, 1);
});

t.test("a range that is deleted under a key is deleted once", async (t) => {
  const { ask } = simulatedGateway(t);
  const fill = () => ask("POST /kv/set-multi", { body: '{"r/a":"","r/b":""}' });
  const clear = () => ask("DELETE /v1/kv?prefix=r/&confirm=2", { headers: key("clear") });
  await fill();
  t.match(await clear(), { status: 200, json: { deleted: 2, revision: 2 } });
  await fill();
  t.match(await clear(), { headers: { "idempotency-replayed": "true" }, json: { deleted: 2, revision: 2 } });
  t.match((await ask("GET /kv/keys")).json, { count: 2 });
});

t.test("two principals with the same key are two requests", async (t) => {
  let id = "ada";
  const admitted = (): Admission => ({ kind: "admitted", principal: { ...ANYBODY, id } });
  const { ask } = simulatedGateway(t, async () => admitted());
  t.match((await ask("POST /kv/rmw?key=n&op=incr", { headers: key("k") })).json, { new: "1" });
  id = "bob";
  t.match((await ask("POST /kv/rmw?key=n&op=incr", { headers: key("k") })).json, { new: "2" });
  t.notSame(idempotencyIdentity("k", "ada", crypto), idempotencyIdentity("k", "bob", crypto));
  t.match(idempotencyIdentity("k", "ada", crypto), { sequence: 1, repeatableMs: 600_000 });
  t.equal(idempotencyIdentity("k", "ada", crypto)?.client.length, 16);
  t.equal(idempotencyIdentity(undefined, "ada", crypto), undefined);
});

t.test("a key that is none is refused", async (t) => {
  const { ask, world } = simulatedGateway(t);
  for (const text of ["", "x".repeat(256), "\u00e9"])
    t.match(await ask("POST /kv/rmw?key=n&op=incr", { headers: key(text) }), { status: 400 });
  t.equal(world.revision, 0);
});
