import t from "tap";
import { LEASE_ROUTES } from "../../src/gateway/lease-routes.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

t.test("a lease is granted, kept alive, shown and ended with its keys", async (t) => {
  const { ask } = simulatedGateway(t);
  t.equal(LEASE_ROUTES.length, 6);
  const grant = (body: string) => ask("POST /v1/leases", { body });
  const { status, json } = await grant('{"ttl":"30s"}');
  t.match({ status, json }, { status: 201, json: { id: 1, ttl_ms: 30_000 } });
  t.match(await grant('{"ttl":"1m","id":77}'), { status: 201, json: { id: 77 } });
  t.match(await grant('{"ttl":"1m","id":77}'), { status: 409, json: { code: "lease_exists" } });
  await ask("PUT /v1/kv/worker?lease=77", { body: "x" });
  t.match((await ask("GET /v1/kv/worker")).json, { lease: 77 });
  t.match((await ask("GET /v1/leases/77")).json, { id: 77, ttl_ms: 60_000, key_count: 1, keys: ["worker"] });
  t.match((await ask("GET /v1/leases?limit=1")).json, {
    leases: [{ id: 1 }],
    more: true,
    next: "/v1/leases?from=2&limit=1",
  });
  t.match((await ask("GET /v1/leases?from=2&limit=1")).json, {
    leases: [{ id: 77 }],
    more: false,
    next: null,
  });
  for (const method of ["PUT", "POST"])
    t.match(await ask(`${method} /v1/leases/77/keepalive`), { status: 200, json: { ttl_ms: 60_000 } });
  t.match(await ask("DELETE /v1/leases/77"), { status: 200, json: { deleted: 1, more: false } });
  t.match(await ask("GET /v1/kv/worker"), { status: 404 });
  for (const line of ["GET /v1/leases/77", "DELETE /v1/leases/77", "PUT /v1/leases/77/keepalive"])
    t.match(await ask(line), { status: 404, json: { code: "lease_not_found" } }, line);
  for (const line of ["GET /v1/leases/0", "GET /v1/leases/x", "DELETE /v1/leases/-1"])
    t.match(await ask(line), { status: 400 }, line);
  for (const body of ["{}", '{"ttl":5}', '{"ttl":"1ms"}', '{"ttl":"1m","id":0}'])
    t.match(await grant(body), { status: 400 }, body);
  t.match(await ask("PUT /v1/leases/1"), { status: 405, headers: { allow: "DELETE, GET" } });
});
