import t from "tap";
import { WATCH_ROUTE } from "../../src/gateway/watch-routes.ts";
import type { Ask, Simulated } from "./simulated-gateway.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

const SSE = { accept: "text/event-stream" };

async function filled(ask: Ask): Promise<void> {
  await ask("POST /kv/set?key=a&value=1");
  await ask("POST /kv/set-multi", { body: '{"a":"2","b":"2","c":"2"}' });
  await ask("POST /kv/delete?key=b");
}

/** What a stream told until the gateway stopped. */
async function streamed(
  { gateway, world }: Simulated,
  line: string,
  headers: Record<string, string>,
): Promise<string> {
  const answer = gateway.app.inject({ method: "GET", url: line, headers });
  await world.run(2_000);
  const closing = gateway.close();
  const { payload } = await world.resolve(answer.then((told) => told));
  await world.resolve(closing);
  return payload;
}

t.test("a poll answers with what there is, and where the next one begins", async (t) => {
  const { ask } = simulatedGateway(t);
  t.equal(WATCH_ROUTE.path, "/v1/watch");
  await filled(ask);
  const { json } = await ask("GET /v1/watch?prefix=&from=1&prev");
  t.match(json, {
    events: [
      { kind: "put", key: "a", value: "1", revision: 1, previous_revision: 0, previous: null },
      { kind: "put", key: "a", value: "2", revision: 2, previous_revision: 1, previous: { value: "1" } },
      { kind: "put", key: "b" },
      { kind: "put", key: "c" },
      { kind: "delete", key: "b", revision: 3, previous_revision: 2, previous: { value: "2" } },
    ],
    next: 4,
  });
  t.same((await ask("GET /v1/watch?key=a&from=4&wait=1s")).json, { events: [], next: 4 });
  t.match((await ask("GET /v1/watch?key=b&from=1&wait=1s")).json, {
    events: [{ revision: 2 }, { revision: 3 }],
    next: 4,
  });
  const waiting = ask("GET /v1/watch?key=z&wait=30s");
  const put = ask("POST /kv/set?key=z&value=9");
  t.match((await waiting).json, { events: [{ kind: "put", key: "z", value: "9", revision: 4 }], next: 5 });
  await put;
});

t.test("events carry ids by which a reader goes on without a gap or a repeat", async (t) => {
  const simulated = simulatedGateway(t);
  await filled(simulated.ask);
  const text = await streamed(simulated, "/v1/watch?prefix=&from=1", SSE);
  const events = [...text.matchAll(/^event: (\w+)\nid: ([\d.]+)\ndata: (.*)\n\n/gm)].map(
    ([, kind, id]) => `${kind} ${id}`,
  );
  t.same(
    events.filter((event) => !event.startsWith("progress")),
    ["put 1", "put 2.1", "put 2.2", "put 2", "delete 3"],
  );

  const again = simulatedGateway(t);
  await filled(again.ask);
  const rest = await streamed(again, "/v1/watch?prefix=", { ...SSE, "last-event-id": "2.2" });
  const ids = [...rest.matchAll(/^event: (?:put|delete)\nid: ([\d.]+)$/gm)].map(([, id]) => id);
  t.same(ids, ["2", "3"]);
});

t.test("lines are changes and progress", async (t) => {
  const simulated = simulatedGateway(t);
  await filled(simulated.ask);
  const text = await streamed(simulated, "/v1/watch?key=a&from=1", { accept: "application/x-ndjson" });
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string; revision: number });
  t.match(lines, [
    { kind: "put", revision: 1 },
    { kind: "put", revision: 2 },
  ]);
});

t.test("a watch that cannot be meant is refused", async (t) => {
  const { ask } = simulatedGateway(t);
  for (const line of ["key=a&prefix=b", "from=0", "key=a&wait=2m", "key=", "prefix=a&start=b"])
    t.match(await ask(`GET /v1/watch?${line}`), { status: 400 }, line);
  t.match(await ask("GET /v1/watch?key=a&wait=1s", { headers: SSE }), { status: 400 });
  t.match(await ask("GET /v1/watch?key=a", { headers: { ...SSE, "last-event-id": "x" } }), { status: 400 });
});

t.test("a key's history is told newest first, in pages, and old records are read", async (t) => {
  const { ask } = simulatedGateway(t);
  for (const value of ["1", "2", "3"]) await ask(`PUT /v1/kv/a/b`, { body: value });
  await ask("DELETE /v1/kv/a/b");
  const first = await ask("GET /v1/kv/a/b/history?limit=2");
  t.match(first.json, {
    key: "a/b",
    changes: [
      { kind: "delete", revision: 4, previous_revision: 3 },
      { kind: "put", value: "3", revision: 3 },
    ],
    more: true,
    next: "/v1/kv/a/b/history?limit=2&before=3",
  });
  t.match((await ask(`GET ${first.json["next"]}`)).json, {
    changes: [{ value: "2" }, { value: "1" }],
    more: false,
    next: null,
  });
  t.match((await ask("GET /v1/kv/a/b?revision=2")).json, { value: "2", revision: 2 });
  t.match((await ask("GET /kv/get?key=a/b&revision=1")).json, { value: "1" });
  t.match(await ask("PUT /v1/kv/a/history", { body: "x" }), { status: 400, json: { detail: /%2F/ } });
});
