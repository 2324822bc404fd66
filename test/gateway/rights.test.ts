import type { Test } from "tap";
import t from "tap";
import { Authenticator } from "../../src/gateway/authenticator.ts";
import { allRoutes, methodsOf } from "../../src/gateway/routes.ts";
import { formatToken, newToken, verifierOf } from "../../src/io/principal-token.ts";
import type { Principal, Role } from "../../src/kv/principal.ts";
import { type Asked, simulatedGateway } from "./simulated-gateway.ts";

/** A request about the keys that start with what it is given. */
type Line = (prefix: string) => readonly [line: string, asked?: Asked];

function lockRequests(path: string): Readonly<Record<string, readonly Line[]>> {
  return {
    [`GET ${path}/*`]: [(prefix) => [`GET ${path}/${prefix}job`]],
    [`POST ${path}/*`]: [
      (prefix) => [`POST ${path}/${prefix}job`, json({ ttl: "1h", value: "me" })],
      (prefix) => [`POST ${path}/${prefix}job`, json({ lease: 1, wait: "1ms" })],
    ],
    [`PUT ${path}/*`]: [(prefix) => [`PUT ${path}/${prefix}job`, json({ lease: 1, value: "you" })]],
    [`DELETE ${path}/*`]: [(prefix) => [`DELETE ${path}/${prefix}job?lease=1`]],
  };
}

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
  "GET /v1/kv/*": [
    (prefix) => [`GET /v1/kv/${prefix}k/history`],
    (prefix) => [`GET /v1/kv/${prefix}k`],
    (prefix) => [`GET /v1/kv/${prefix}k?raw`],
  ],
  "HEAD /v1/kv/*": [(prefix) => [`HEAD /v1/kv/${prefix}k`]],
  "PUT /v1/kv/*": [
    (prefix) => [`PUT /v1/kv/${prefix}k`, { body: "1" }],
    (prefix) => [`PUT /v1/kv/${prefix}k`, { body: "1", headers: { "if-match": "*" } }],
  ],
  "PATCH /v1/kv/*": [
    (prefix) => [`PATCH /v1/kv/${prefix}n`, { body: '{"op":"incr"}', headers: JSON_TYPE }],
    (prefix) => [`PATCH /v1/kv/${prefix}j`, { body: '{"a":1}', headers: MERGE_TYPE }],
  ],
  "GET /v1/watch": [
    (prefix) => [`GET /v1/watch?prefix=${prefix}&from=1&wait=100ms`],
    (prefix) => [`GET /v1/watch?key=${prefix}k&from=1&wait=100ms`],
    (prefix) => [`GET /v1/watch?start=${prefix}&end=${prefix}z&from=1&prev&wait=100ms`],
  ],
  "DELETE /v1/kv/*": [(prefix) => [`DELETE /v1/kv/${prefix}k`]],
  "GET /v1/kv": [
    (prefix) => [`GET /v1/kv?prefix=${prefix}`],
    (prefix) => [`GET /v1/kv?start=${prefix}&end=${prefix}z`],
    (prefix) => [`GET /v1/kv?prefix=${prefix}&count_only`],
    (prefix) => [`GET /v1/kv?prefix=${prefix}`, { headers: { accept: "application/x-ndjson" } }],
  ],
  "DELETE /v1/kv": [
    (prefix) => [`DELETE /v1/kv?prefix=${prefix}&confirm=0`],
    (prefix) => [`DELETE /v1/kv?start=${prefix}&end=${prefix}z&confirm=0`],
  ],
  ...lockRequests("/v1/locks"),
  ...lockRequests("/v1/elections"),
  "POST /v1/txn": [
    (prefix) => ["POST /v1/txn", text(`{"then":[{"op":"put","key":"${prefix}k","value":"1"}]}`)],
    (prefix) => ["POST /v1/txn", json({ else: [{ op: "delete-range", prefix }] })],
    (prefix) => [
      "POST /v1/txn",
      text(`{"compare":[{"key":"${prefix}k","exists":true}],"then":[{"op":"delete","key":"app/k"}]}`),
    ],
  ],
  "POST /v1/batch": [
    (prefix) => ["POST /v1/batch", json({ operations: [{ op: "delete", key: `${prefix}k` }] })],
    (prefix) => [
      "POST /v1/batch",
      json({
        operations: [
          { op: "delete", key: "app/k" },
          { op: "get", key: `${prefix}k` },
        ],
      }),
    ],
  ],
};

/** Routes of leases, which are no keys: they have a test of their own. */
const LEASE_ROUTES = [
  "GET /v1/leases",
  "POST /v1/leases",
  "GET /v1/leases/:id",
  "DELETE /v1/leases/:id",
  "POST /v1/leases/:id/keepalive",
  "PUT /v1/leases/:id/keepalive",
];

const JSON_TYPE = { "content-type": "application/json" };
const MERGE_TYPE = { "content-type": "application/merge-patch+json" };

function text(body: string): Asked {
  return { body, headers: JSON_TYPE };
}

function json(body: unknown): Asked {
  return text(JSON.stringify(body));
}

const SECRET = "the value that nobody outside may see";
const utf8 = (words: string): Uint8Array => new Uint8Array(Buffer.from(words));

/** A gateway that asks for tokens, as over TLS. */
function guarded(test: Test) {
  const stored = new Map<string, Principal>();
  let sweep = (): void => undefined;
  const authenticator = new Authenticator({
    table: () => ({ get: (id) => stored.get(id), timeMs: 0, ageMs: 0 }),
    confirm: async () => undefined,
    timers: {
      after: () => ({ cancel: () => undefined }),
      every: (_ms, action) => {
        sweep = action;
        return { cancel: () => undefined };
      },
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
  return { ...simulated, tokenOf, askAs, stored, sweep: () => sweep() };
}

const ROUTES = allRoutes({ version: "", node: "", address: { host: "127.0.0.1", port: 1 } });
const GUARDED = ROUTES.filter(({ access }) => access !== "none");

t.test("there is a request for each route that takes a principal, and for no other", async (t) => {
  const wanted = GUARDED.flatMap((route) => methodsOf(route).map((method) => `${method} ${route.path}`));
  t.same([...Object.keys(REQUESTS), ...LEASE_ROUTES].sort(), wanted.sort());
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

t.test("leases take the right to write, and whoever has a prefix finds its own alone", async (t) => {
  const { askAs, tokenOf } = guarded(t);
  const [whole, reader] = [tokenOf("whole", "read-write", ""), tokenOf("reader", "read-only", "")];
  const [mine, other] = [tokenOf("mine", "read-write", "app/"), tokenOf("other", "read-write", "app/")];
  const ask = (token: string, line: string, body?: object) =>
    askAs(token, () => [line, body === undefined ? {} : json(body)], "");
  const granted = await ask(mine, "POST /v1/leases", { ttl: "1h" });
  t.equal(granted.status, 201);
  const own = `/v1/leases/${granted.json["id"]}`;
  const foreign = `/v1/leases/${(await ask(whole, "POST /v1/leases", { ttl: "1h" })).json["id"]}`;
  for (const [token, path, status] of [
    [mine, own, 200],
    [mine, foreign, 404],
    [other, own, 404],
    [whole, own, 200],
  ] as const)
    for (const line of [`GET ${path}`, `POST ${path}/keepalive`, `PUT ${path}/keepalive`])
      t.equal((await ask(token, line)).status, status, line);
  for (const line of [`DELETE ${own}`, `POST ${own}/keepalive`, "POST /v1/leases"])
    t.equal((await ask(reader, line, line.endsWith("leases") ? { ttl: "1h" } : undefined)).status, 403, line);
  const foreignId = Number(foreign.split("/").at(-1));
  for (const [lease, status] of [
    [granted.json["id"], 200],
    [foreignId, 404],
  ] as const) {
    const put = { op: "put", key: "app/k", value: "1", lease };
    for (const [line, body] of [
      ["POST /v1/txn", { compare: [{ key: "app/none", exists: true }], else: [put] }],
      ["POST /v1/batch", { operations: [put] }],
      ["POST /v1/locks/app/job", { lease }],
      ["POST /v1/elections/app/job", { lease, value: "me" }],
      [`PUT /v1/kv/app/k?lease=${lease}`],
      [`POST /kv/set?key=app/k&value=1&lease=${lease}`],
    ] as const)
      t.equal((await ask(mine, line, body)).status, status, `${line} ${lease}`);
  }
  t.equal((await ask(reader, "GET /v1/leases")).status, 200);
  t.equal((await ask(mine, "GET /v1/leases")).status, 403, "others' leases would be among them");
  t.equal((await ask(other, `DELETE ${own}`)).status, 404);
  t.equal((await ask(mine, `DELETE ${own}`)).status, 200);
});

t.test("a fence is held to the keys that its principal may read", async (t) => {
  const { askAs, tokenOf } = guarded(t);
  const mine = tokenOf("mine", "read-write", "app/");
  const fenced = (fence: string) =>
    askAs(mine, () => ["PUT /v1/kv/app/k", { body: "1", headers: { "kvd-fence": fence } }], "");
  t.match(await fenced("app/job/0000000000000001:1"), { status: 409, json: { code: "fenced" } });
  t.equal(
    (await fenced("other/job/0000000000000001:1")).status,
    403,
    "whether it stands would tell something",
  );
});

t.test("an open watch ends when its principal is revoked", async (t) => {
  const { askAs, tokenOf, stored, sweep, nodes } = guarded(t);
  const token = tokenOf("reader", "read-only", "app/");
  // The second page is asked for once the first is there, and the answer has begun.
  const isWatched = () =>
    nodes.flatMap(({ received }) => received).filter(({ kind }) => kind === "watch").length > 1;
  const revoke = setInterval(() => {
    if (!isWatched()) return;
    stored.delete("reader");
    sweep();
  }, 5);
  const headers = { accept: "application/x-ndjson" };
  const told = await askAs(token, () => ["GET /v1/watch?prefix=app/", { headers }], "");
  clearInterval(revoke);
  t.equal(told.status, 200, "its stream has come to an end");
  t.equal((await askAs(token, () => ["GET /v1/watch?prefix=app/"], "")).status, 401);
});

t.test("counting what a deletion would delete takes the right to read those keys", async (t) => {
  const { askAs, tokenOf } = guarded(t);
  const token = tokenOf("reader", "read-only", "app/");
  const dry = (prefix: string) => askAs(token, () => [`DELETE /v1/kv?prefix=${prefix}&dry_run=true`], "");
  t.equal((await dry("app/")).status, 200);
  t.equal((await dry("other/")).status, 403);
});

t.test("whoever is limited to some keys cannot list all of them by leaving the prefix out", async (t) => {
  const { askAs, tokenOf } = guarded(t);
  const token = tokenOf("reader", "read-only", "app/");
  for (const line of ["/kv/keys", "/v1/kv"])
    for (const query of ["", "?prefix=", "?prefix=app", "?after=app/", "?prefix=ap&after=app/a"])
      t.match(await askAs(token, () => [`GET ${line}${query}`], ""), {
        status: 403,
        json: { code: "forbidden", outcome: "not_applied", detail: /start with 'app\/' alone/ },
      });
});
