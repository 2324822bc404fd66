import t from "tap";
import type { Admission } from "../../src/gateway/access.ts";
import { allowedMethods, allRoutes } from "../../src/gateway/routes.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

t.test("what is not there is a 404, and what cannot be done there a 405 that says what can", async (t) => {
  const { ask } = simulatedGateway(t);
  t.match(await ask("GET /nothing"), { status: 404, json: { code: "not_found" } });
  for (const line of ["DELETE /kv/get?key=a", "POST /kv/get?key=a", "OPTIONS /kv/get", "TRACE /kv/get"])
    t.match(await ask(line), {
      status: 405,
      headers: { allow: "GET" },
      json: { code: "method_not_allowed" },
    });
  // Whatever the body is, nobody reads it.
  t.match(await ask("PUT /kv/set", { body: "{", headers: { "content-type": "a/b" } }), { status: 405 });
  t.equal((await ask("GET /kv/get?key=a")).headers["access-control-allow-origin"], undefined);
});

t.test("the table of routes names each method of a path once", async (t) => {
  const routes = allRoutes({ version: "", node: "", address: { host: "127.0.0.1", port: 1 } });
  const seen = routes.map(({ method, path }) => `${method} ${path}`);
  t.equal(new Set(seen).size, seen.length);
  t.same(allowedMethods(routes, "/livez"), ["GET", "HEAD"]);
  t.same(allowedMethods(routes, "/kv/rmw"), ["POST"]);
  t.same(allowedMethods(routes, "/kv"), []);
});

t.test("without a leader a change is not applied, and the answer says when to try again", async (t) => {
  const { ask, world } = simulatedGateway(t);
  world.leader = undefined;
  t.match(await ask("POST /kv/set?key=a&value=1&timeout=200ms"), {
    status: 503,
    headers: { "retry-after": "1" },
    json: { outcome: "not_applied", retryable: true },
  });
});

t.test("a change whose answer never came is a 504 with the id to repeat it by", async (t) => {
  const { ask, nodes, world } = simulatedGateway(t);
  for (const node of nodes)
    node.intercept = (request) => (request.kind === "mutate" ? "execute-and-drop" : undefined);
  t.match(await ask("POST /kv/set?key=a&value=1&timeout=300ms"), {
    status: 504,
    json: { code: "timeout", outcome: "unknown", request_id: /^[0-9a-f]{32}:1:\d+$/ },
  });
  t.equal(world.revision, 1);
});

t.test("who is not let in is refused before anything is read, but may ask how the node is", async (t) => {
  const refused: Admission = { kind: "refused", status: 401, message: "say who you are" };
  const { ask, world } = simulatedGateway(t, async () => refused);
  t.match(await ask("POST /kv/set?key=a&value=1"), {
    status: 401,
    headers: { "www-authenticate": "Bearer" },
    json: { code: "unauthenticated" },
  });
  t.equal(world.revision, 0);
  t.match(await ask("GET /livez"), { status: 200 });
});

t.test("a principal is asked about every key that a request touches", async (t) => {
  const rights = { id: "p", role: "read-write", prefix: Buffer.from("a") } as const;
  const principal = { id: "p", rights, whenRevoked: () => undefined };
  const admitted: Admission = { kind: "admitted", principal };
  const { ask, world } = simulatedGateway(t, async () => admitted);
  t.match(await ask("POST /kv/set-multi", { body: '{"a":"1","b":"2"}' }), {
    status: 403,
    json: { code: "forbidden", detail: /start with 'a' alone/ },
  });
  t.equal(world.revision, 0);
});

t.test("a page of another site can make a browser change nothing", async (t) => {
  const { ask, world } = simulatedGateway(t);
  const post = async (origin: string) =>
    (await ask("POST /kv/set?key=a&value=1", { headers: { host: "localhost:7480", origin } })).status;
  for (const origin of [
    "https://evil.example",
    "null",
    "http://localhost:80",
    "http://localhost:7480.evil.example",
  ])
    t.equal(await post(origin), 403, origin);
  t.equal(world.revision, 0);
  t.equal(await post("http://localhost:7480"), 200, "the page at /docs");
});
