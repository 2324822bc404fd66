import t from "tap";
import { LOCK_ROUTES } from "../../src/gateway/lock-routes.ts";
import { type Ask, type Simulated, simulatedGateway } from "./simulated-gateway.ts";

const LOCK = "/v1/locks/app/job";

async function lease(ask: Ask): Promise<number> {
  const { json } = await ask("POST /v1/leases", { body: '{"ttl":"1m"}' });
  return Number(json["id"]);
}

/** Acts once the nodes were asked for so many pages of watches. */
async function whenWatched({ nodes }: Simulated, pages: number, act: () => void): Promise<void> {
  const asked = () => nodes.flatMap(({ received }) => received).filter(({ kind }) => kind === "watch").length;
  while (asked() < pages) await new Promise(setImmediate);
  act();
}

function body(value: object) {
  return { body: JSON.stringify(value) };
}

t.test("a lock is taken for a lease, refused to another one, shown and released", async (t) => {
  const { ask } = simulatedGateway(t);
  t.equal(LOCK_ROUTES.length, 8);
  const [mine, other] = [await lease(ask), await lease(ask)];
  t.match(await ask(`GET ${LOCK}`), { status: 200, json: { held: false, fencing_token: null, waiters: 0 } });
  const { status, json } = await ask(`POST ${LOCK}`, body({ lease: mine, value: "host-7" }));
  const token = Number(json["fencing_token"]);
  const key = `app/job/${mine.toString(16).padStart(16, "0")}`;
  t.match({ status, json }, { status: 200, json: { key, lease: mine, fence: `${key}:${token}` } });
  t.match(await ask(`POST ${LOCK}`, body({ lease: mine })), { status: 200, json: { fencing_token: token } });
  for (const wait of [{}, { wait: "5s" }])
    t.match(await ask(`POST ${LOCK}`, body({ lease: other, ...wait })), {
      status: 409,
      json: { code: "lock_held", outcome: "not_applied", retryable: true },
    });
  t.match((await ask(`GET ${LOCK}`)).json, { held: true, fencing_token: token, lease: mine, waiters: 0 });
  t.match(await ask(`DELETE ${LOCK}?lease=${other}`), { status: 404 });
  t.match(await ask(`DELETE ${LOCK}?lease=${mine}`), { status: 200, json: { lease: mine } });
  const next = await ask(`POST ${LOCK}`, body({ lease: other }));
  t.equal(next.status, 200);
  t.ok(Number(next.json["fencing_token"]) > token);
  t.equal((await ask(`GET /v1/leases/${mine}`)).status, 200, "a release leaves the lease alone");
});

t.test("who waits gets the lock once the holder's lease has ended", async (t) => {
  const simulated = simulatedGateway(t);
  const { ask, world } = simulated;
  const [mine, other] = [await lease(ask), await lease(ask)];
  const first = await ask(`POST ${LOCK}`, body({ lease: mine }));
  const client = world.client();
  const ending = whenWatched(simulated, 1, () => void world.resolve(client.revokeLease(mine)));
  const next = await ask(`POST ${LOCK}`, body({ lease: other, wait: "30s" }));
  await ending;
  client.close();
  t.match(next, { status: 200, json: { lease: other } });
  t.ok(Number(next.json["fencing_token"]) > Number(first.json["fencing_token"]));
});

t.test("who gave up does not take the place of who asked again with the same lease", async (t) => {
  const simulated = simulatedGateway(t);
  const { ask, world } = simulated;
  const [mine, other] = [await lease(ask), await lease(ask)];
  await ask(`POST ${LOCK}`, body({ lease: mine }));
  const client = world.client();
  const early = ask(`POST ${LOCK}`, body({ lease: other, wait: "1s" }));
  let late: ReturnType<Ask> | undefined;
  await whenWatched(simulated, 1, () => {
    late = ask(`POST ${LOCK}`, body({ lease: other, wait: "60s" }));
  });
  t.equal((await early).status, 409);
  await world.resolve(client.revokeLease(mine));
  client.close();
  t.match(await late, { status: 200, json: { lease: other } });
});

t.test("a ttl has a lease granted, which ends with a refusal", async (t) => {
  const { ask } = simulatedGateway(t);
  const { status, json } = await ask(`POST ${LOCK}`, body({ ttl: "30s", wait: "1s" }));
  t.equal(status, 200);
  t.match((await ask(`GET /v1/leases/${json["lease"]}`)).json, { ttl_ms: 30_000, key_count: 1 });
  for (const wait of [{}, { wait: "2s" }])
    t.match(await ask(`POST ${LOCK}`, body({ ttl: "30s", ...wait })), { status: 409 });
  t.match((await ask("GET /v1/leases")).json, { count: 1 });
});

t.test("a lease that is granted for a wait outlives it", async (t) => {
  const { ask, nodes } = simulatedGateway(t);
  await ask(`POST ${LOCK}`, body({ lease: await lease(ask) }));
  const waited = await ask(`POST ${LOCK}`, body({ ttl: "1s", wait: "20s" }));
  t.match(waited, { status: 409, json: { code: "lock_held" } });
  const changes = nodes.flatMap(({ received }) => received).filter(({ kind }) => kind === "mutate");
  t.ok(changes.length > 20, "it was kept alive all along");
});

t.test("a write under the fence is done only while the lock is held", async (t) => {
  const { ask } = simulatedGateway(t);
  const mine = await lease(ask);
  const { json } = await ask(`POST ${LOCK}`, body({ lease: mine }));
  const headers = { "kvd-fence": String(json["fence"]) };
  const writes: readonly (readonly [line: string, body: string])[] = [
    ["PUT /v1/kv/state", "1"],
    ["POST /kv/set?key=state", "2"],
    ["POST /v1/txn", '{"then":[{"op":"put","key":"state","value":"3"}]}'],
    ["POST /v1/txn", '{"compare":[{"key":"none","exists":true}],"else":[{"op":"get","key":"state"}]}'],
    ["POST /v1/batch", '{"operations":[{"op":"put","key":"state","value":"4"}]}'],
    ["POST /kv/delete?key=none", ""],
    ["DELETE /v1/kv/state", ""],
  ];
  const each = async (status: number, code: string | undefined) => {
    for (const [line, text] of writes) {
      const told = await ask(line, { headers, ...(text === "" ? {} : { body: text }) });
      const succeeds = line.startsWith("PUT") && status === 200 ? 201 : status;
      t.match(told, { status: succeeds, json: code === undefined ? {} : { code } }, line);
    }
  };
  await each(200, undefined);
  await ask("PUT /v1/kv/state", { body: "last" });
  await ask(`DELETE /v1/leases/${mine}`);
  await each(409, "fenced");
  t.equal((await ask("GET /v1/kv/state?raw")).text, "last");
});

t.test("a put refreshes the lease, and says who holds; the leader alone proclaims", async (t) => {
  const { ask, world } = simulatedGateway(t);
  const OFFICE = "/v1/elections/office";
  const [mine, other] = [await lease(ask), await lease(ask)];
  const { json } = await ask(`POST ${OFFICE}`, body({ lease: mine, value: "10.0.0.7" }));
  const token = json["fencing_token"];
  t.match(await ask(`PUT ${OFFICE}`, body({ lease: mine })), {
    status: 200,
    json: { held: true, fencing_token: token, ttl_ms: 60_000 },
  });
  t.equal((await ask(`PUT ${OFFICE}`, body({ lease: mine, value: "10.0.0.8" }))).status, 200);
  t.match((await ask(`GET ${OFFICE}`)).json, { value: "10.0.0.8", fencing_token: token, lease: mine });
  t.match(await ask(`PUT ${OFFICE}`, body({ lease: other })), { status: 404, json: { code: "not_found" } });
  const client = world.client();
  await world.resolve(
    client.put(`office/${other.toString(16).padStart(16, "0")}`, "stands by", { leaseId: other }),
  );
  client.close();
  t.match(await ask(`PUT ${OFFICE}`, body({ lease: other })), {
    status: 200,
    json: { held: false, fencing_token: null },
  });
  t.match(await ask(`PUT ${OFFICE}`, body({ lease: other, value: "me" })), {
    status: 409,
    json: { code: "fenced" },
  });
  t.match((await ask(`GET ${OFFICE}`)).json, { value: "10.0.0.8", waiters: 1 });
  await ask(`DELETE ${OFFICE}?lease=${mine}`);
  t.match((await ask(`GET ${OFFICE}`)).json, { value: "stands by", waiters: 0 });
});

t.test("the holder is told as events, now and when it changes", async (t) => {
  const simulated = simulatedGateway(t);
  const { ask, gateway, world } = simulated;
  const mine = await lease(ask);
  await ask(`POST ${LOCK}`, body({ lease: mine, value: "host-7" }));
  const client = world.client();
  // The page behind a change is asked for once the change was told.
  const ended = whenWatched(simulated, 1, () => void world.resolve(client.revokeLease(mine)));
  const changed = whenWatched(simulated, 2, () => void gateway.close());
  const { status, text, headers } = await ask(`GET ${LOCK}`, { headers: { accept: "text/event-stream" } });
  await Promise.all([ended, changed]);
  client.close();
  t.equal(status, 200);
  t.equal(headers["content-type"], "text/event-stream");
  const events = [...text.matchAll(/^event: holder\ndata: (.*)$/gm)].map(([, data = ""]) => JSON.parse(data));
  t.match(events, [
    { held: true, lease: mine, value: "host-7" },
    { held: false, fencing_token: null },
  ]);
});

t.test("what cannot be meant is refused, and nothing is granted for it", async (t) => {
  const { ask } = simulatedGateway(t);
  for (const bad of [
    "",
    "{}",
    '{"lease":0}',
    '{"lease":1,"ttl":"1m"}',
    '{"ttl":"1h","wait":"2m"}',
    '{"ttl":5}',
  ])
    t.match(await ask(`POST ${LOCK}`, { body: bad }), { status: 400 }, bad);
  t.match(await ask(`POST ${LOCK}`, body({ lease: 77 })), { status: 404, json: { code: "lease_not_found" } });
  t.match(await ask(`PUT ${LOCK}`, body({ lease: 77 })), { status: 404, json: { code: "lease_not_found" } });
  t.match(await ask(`POST ${LOCK}`, { ...body({ ttl: "1h" }), headers: { "idempotency-key": "a" } }), {
    status: 400,
    json: { detail: /name a lease/ },
  });
  t.match(await ask(`DELETE ${LOCK}`), { status: 400, json: { detail: /lease=ID/ } });
  for (const path of ["/v1/locks/", "/v1/locks/a%zz", `/v1/locks/${"x".repeat(1_010)}`])
    t.ok([400, 413].includes((await ask(`GET ${path}`)).status), path.slice(0, 20));
  t.match(await ask(`PATCH ${LOCK}`), { status: 405, headers: { allow: "DELETE, GET, POST, PUT" } });
  t.match((await ask("GET /v1/leases")).json, { count: 0 });
});
