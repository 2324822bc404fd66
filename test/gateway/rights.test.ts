import type { Test } from "tap";
import t from "tap";
import { Authenticator } from "../../src/gateway/authenticator.ts";
import { allRoutes, methodsOf } from "../../src/gateway/routes.ts";
import { formatToken, newToken, verifierOf } from "../../src/io/principal-token.ts";
import type { Principal, Role } from "../../src/kv/principal.ts";
import { type Asked, simulatedGateway } from "./simulated-gateway.ts";

/** A request about the keys that start with what it is given. */
type Line = (prefix: string) => readonly [line: string, asked?: Asked];

/**
 * At least one request for each method of each route that takes a principal. A route that is added fails the
 * test below until somebody has thought of what it touches.
 */
const REQUESTS: Readonly<Record<string, readonly Line[]>> = {
  "GET /kv/keys": [(prefix) => [`GET /kv/keys?prefix=${prefix}`]],
  "GET /kv/get": [(prefix) => [`GET /kv/get?key=${prefix}k`]],
  "POST /kv/set": [
    (prefix) => [`POST /kv/set?key=${prefix}k&value=1`],
    (prefix) => [`POST /kv/set?key=${prefix}k`, { body: "1" }],
  ],
  "POST /kv/set-multi": [
    (prefix) => ["POST /kv/set-multi", { body: JSON.stringify({ [`${prefix}k`]: "1" }) }],
    (prefix) => ["POST /kv/set-multi", { body: JSON.stringify({ "app/k": "1", [`${prefix}l`]: "1" }) }],
  ],
  "POST /kv/rmw": [
    (prefix) => ["POST /kv/rmw", { body: JSON.stringify({ key: `${prefix}n`, op: "incr" }) }],
    (prefix) => [`POST /kv/rmw?key=${prefix}n&op=append&arg=1`],
    (prefix) => ["POST /kv/rmw", { body: JSON.stringify({ key: `${prefix}k`, expected: "0", new: "2" }) }],
  ],
  "POST /kv/delete": [(prefix) => [`POST /kv/delete?key=${prefix}k`]],
};

const SECRET = "the value that nobody outside may see";
const utf8 = (words: string): Uint8Array => new Uint8Array(Buffer.from(words));

/** A gateway that asks for tokens, as over TLS. */
function guarded(test: Test) {
  const stored = new Map<string, Principal>();
  const authenticator = new Authenticator({
    table: () => ({ get: (id) => stored.get(id), timeMs: 0, ageMs: 0 }),
    confirm: async () => undefined,
    timers: {
      after: () => ({ cancel: () => undefined }),
      every: () => ({ cancel: () => undefined }),
      soon: (action) => action(),
    },
  });
  const simulated = simulatedGateway(test, (credentials) =>
    authenticator.authenticate({ ...credentials, encrypted: true }),
  );
  const tokenOf = (id: string, role: Role, prefix: string): string => {
    const token = newToken(id);
    stored.set(id, { role, prefix: utf8(prefix), verifier: verifierOf(token), former: undefined });
    return formatToken(token);
  };
  const askAs = (token: string | undefined, line: Line, prefix: string) => {
    const [words, asked = {}] = line(prefix);
    const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return simulated.ask(words, { ...asked, headers: { ...asked.headers, ...bearer } });
  };
  return { ...simulated, tokenOf, askAs };
}

const ROUTES = allRoutes({ version: "", node: "", address: { host: "127.0.0.1", port: 1 } });
const GUARDED = ROUTES.filter(({ access }) => access !== "none");

t.test("there is a request for each route that takes a principal, and for no other", async (t) => {
  const wanted = GUARDED.flatMap((route) => methodsOf(route).map((method) => `${method} ${route.path}`));
  t.same(Object.keys(REQUESTS).sort(), wanted.sort());
});

t.test("every route is held to role and prefix, for every role", async (t) => {
  const { askAs, tokenOf, world } = guarded(t);
  const client = world.client();
  for (const key of ["app/k", "other/k"]) await world.resolve(client.put(key, SECRET));
  const whole = tokenOf("whole", "admin", "");
  const [writer, reader] = [tokenOf("writer", "read-write", "app/"), tokenOf("reader", "read-only", "app/")];
  const admin = tokenOf("admin", "admin", "app/");
  for (const route of GUARDED) {
    for (const method of methodsOf(route)) {
      for (const [at, line] of (REQUESTS[`${method} ${route.path}`] ?? []).entries()) {
        const what = `${method} ${route.path} ${at}`;
        const before = world.revision;
        t.match(
          await askAs(undefined, line, "app/"),
          { status: 401, headers: { "www-authenticate": "Bearer" } },
          what,
        );
        for (const token of [writer, reader, admin]) {
          const refused = await askAs(token, line, "other/");
          t.equal(refused.status, 403, `${what}: outside the prefix`);
          t.notMatch(refused.text, SECRET);
        }
        if (route.access === "write")
          t.match(await askAs(reader, line, "app/"), { status: 403, json: { detail: /read-only/ } }, what);
        t.equal(world.revision, before, `${what}: what is refused has changed nothing`);
        for (const token of route.access === "read" ? [whole, writer, admin, reader] : [whole, writer, admin])
          t.notMatch([401, 403], [(await askAs(token, line, "app/")).status], `${what}: inside the prefix`);
        t.notMatch([401, 403], [(await askAs(whole, line, "other/")).status], `${what}: without a prefix`);
      }
    }
  }
  client.close();
});

t.test("whoever is limited to some keys cannot list all of them by leaving the prefix out", async (t) => {
  const { askAs, tokenOf } = guarded(t);
  const token = tokenOf("reader", "read-only", "app/");
  for (const query of ["", "?prefix=", "?prefix=app", "?after=app/", "?prefix=ap&after=app/a"])
    t.match(await askAs(token, () => [`GET /kv/keys${query}`], ""), {
      status: 403,
      json: { code: "forbidden", outcome: "not_applied", detail: /start with 'app\/' alone/ },
    });
});
