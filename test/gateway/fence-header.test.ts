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
    ["POST /kv/set-multi", '{"a":"1"}'],
    ["POST /kv/rmw?key=a&op=incr", ""],
    ["DELETE /v1/kv?prefix=a&confirm=0", ""],
    ["POST /v1/leases", '{"ttl":"1h"}'],
    ["PATCH /v1/kv/a", '{"op":"incr"}'],
    ["GET /v1/kv/a", ""],
  ] as const) {
    const type = line.startsWith("PATCH") ? { "content-type": "application/json" } : {};
    const told = await ask(line, { headers: { ...headers, ...type }, ...(body === "" ? {} : { body }) });
    t.match(told, { status: 400, json: { detail: /Kvd-Fence: not here/ } }, line);
  }
  t.equal(world.revision, 0);
});
