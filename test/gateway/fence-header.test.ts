import t from "tap";
import { fenceOf, fenceText } from "../../src/gateway/fence-header.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

const ROUTE = { path: "/v1/kv/*", fence: true } as const;

t.test("a fence is read as it is written, whatever the bytes of its key", async (t) => {
  for (const key of [Uint8Array.from([1, 58, 255, 37, 43, 32]), Buffer.from("app/job/00000000000000ff")]) {
    const fence = fenceOf(ROUTE, fenceText(new Uint8Array(key), 42));
    t.same(Buffer.from(fence?.key ?? []), Buffer.from(key));
    t.equal(fence?.token, 42);
  }
  t.equal(fenceText(Buffer.from("app/job/00000000000000ff"), 42), "app/job/00000000000000ff:42");
  t.equal(fenceOf(ROUTE, undefined), undefined);
});

t.test("what is no fence is refused, and so is one where nobody would heed it", async (t) => {
  for (const text of ["", "a", "a:", ":1", "a:0", "a:-1", "a:1.5", "a:01", "%zz:1", `a:${"9".repeat(16)}`])
    t.throws(() => fenceOf(ROUTE, text), { status: 400, message: /Kvd-Fence/ }, text);
  const { ask, world } = simulatedGateway(t);
  const headers = { "kvd-fence": "a:1" };
  for (const [line, body] of [
    ["GET /kv/get?key=a", ""],
    ["POST /v1/locks/a", '{"lease":1}'],
    ["POST /v1/leases", '{"ttl":"1h"}'],
    ["GET /v1/kv/a", ""],
  ] as const) {
    const told = await ask(line, { headers, ...(body === "" ? {} : { body }) });
    t.match(told, { status: 400, json: { detail: /Kvd-Fence: not here/ } }, line);
  }
  t.equal(world.revision, 0);
});

t.test("every change of keys depends on the lock that its fence names", async (t) => {
  const { ask, world } = simulatedGateway(t);
  await ask("PUT /v1/kv/lock", { body: "me" });
  const changes = [
    ["PUT /v1/kv/a", { body: "1" }],
    ["POST /kv/set?key=a&value=1", {}],
    ["POST /kv/set-multi", { body: '{"a":"1"}' }],
    ["POST /kv/rmw?key=a&op=incr", {}],
    ["PATCH /v1/kv/a", { body: '{"op":"incr"}', headers: { "content-type": "application/json" } }],
    ["PATCH /v1/kv/a", { body: '{"ttl":"1h"}', headers: { "content-type": "application/json" } }],
    ["DELETE /v1/kv?prefix=a&confirm=1", {}],
    ["POST /kv/delete?key=a", {}],
    ["POST /v1/batch", { body: '{"operations":[{"op":"put","key":"a","value":"1"}]}' }],
    ["POST /v1/txn", { body: '{"compare":[],"else":[{"op":"get","key":"a"}]}' }],
    ["DELETE /v1/kv/a", {}],
  ] as const;
  for (const [line, asked] of changes) {
    const under = (fence: string) => {
      const more = "headers" in asked ? asked.headers : {};
      return ask(line, { ...asked, headers: { ...more, "kvd-fence": fence } });
    };
    const { revision } = world;
    t.match(await under("lock:2"), { status: 409, json: { code: "fenced", outcome: "not_applied" } }, line);
    t.equal(world.revision, revision, line);
    t.equal((await under("lock:1")).status < 300, true, line);
  }
});
