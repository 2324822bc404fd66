import t from "tap";
import { SEED_READS } from "../../src/gateway/seed-reads.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

t.test("a key is read by its name, with all that is known of it", async (t) => {
  const { ask } = simulatedGateway(t);
  t.same(
    SEED_READS.map(({ path }) => path),
    ["/kv/keys", "/kv/get"],
  );
  await ask("POST /kv/set?key=app/a&value=1&ttl=30s");
  const told = await ask("GET /kv/get?key=app/a");
  t.match(told, {
    status: 200,
    headers: { "kvd-revision": "1", "kvd-consistency": "linearizable", "kvd-leader": "n1" },
    json: { key: "app/a", value: "1", revision: 1, create_revision: 1, version: 1, lease: null },
  });
  t.ok(Number(told.json["ttl_ms"]) > 20_000 && Number(told.json["ttl_ms"]) <= 30_000);
  t.match(await ask("GET /kv/get?key=app/a&consistency=sequential"), {
    status: 200,
    headers: { "kvd-consistency": "sequential" },
  });
  t.match(await ask("GET /kv/get?key=app/a&consistency=stale&max_staleness=5s"), {
    status: 200,
    json: { value: "1" },
  });
  t.match(await ask("GET /kv/get?key=app/a&min_revision=1"), { status: 200 });
  t.match(await ask("GET /kv/get?key=none"), {
    status: 404,
    headers: { "content-type": /^application\/problem\+json/ },
    json: { code: "not_found", outcome: "not_applied", retryable: false, status: 404 },
  });
});

t.test("bytes that are no text come and go as base64, and nobody guesses", async (t) => {
  const { ask } = simulatedGateway(t);
  await ask("POST /kv/set?key_b64=%2FwA%3D", { body: Uint8Array.of(0xfe, 0) });
  const { json } = await ask("GET /kv/get?key_b64=_wA");
  t.match(json, { key_b64: "/wA=", value_b64: "/gA=" });
  t.notOk("key" in json || "value" in json);
  await ask("POST /kv/set?key=%00&value=nul");
  t.match(await ask("GET /kv/get?key=%00"), { status: 200, json: { key: "\0", value: "nul" } });
  t.same((await ask("GET /kv/keys")).json["keys"], ["\0", { key_b64: "/wA=" }]);
  t.same((await ask("GET /kv/keys?encoding=base64")).json["keys_b64"], ["AA==", "/wA="]);
});

t.test("keys come in pages, and the pages are all of them", async (t) => {
  const { ask } = simulatedGateway(t);
  const items = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`k/${index + 10}`, "x"]));
  await ask("POST /kv/set-multi", { body: JSON.stringify({ ...items, other: "y" }) });
  const first = await ask("GET /kv/keys?prefix=k/&limit=20");
  t.match(first.json, { count: 20, more: true, revision: 1 });
  t.match(first.headers, { "kvd-consistency": "sequential" });
  const last = (first.json["keys"] as string[]).at(-1);
  const second = await ask(`GET /kv/keys?prefix=k/&limit=20&after=${last}`);
  t.match(second.json, { count: 5, more: false });
  t.same([...(first.json["keys"] as []), ...(second.json["keys"] as [])], Object.keys(items));
  const text = await ask("GET /kv/keys?prefix=k/&limit=2", { headers: { accept: "text/plain" } });
  t.equal(text.text, "k/10\nk/11\n");
});

for (const [line, detail] of [
  ["GET /kv/get", /no key is named/],
  ["GET /kv/get?key=", /the key is empty/],
  ["GET /kv/get?key=a&key=b", /key comes twice/],
  ["GET /kv/get?key=a&key_b64=YQ", /exclude each other/],
  ["GET /kv/get?key=%ff", /not UTF-8; name other bytes as key_b64/],
  ["GET /kv/get?key=%ed%a0%80", /not UTF-8/],
  ["GET /kv/get?key=%zz", /two hexadecimal digits/],
  ["GET /kv/get?key_b64=%%", /two hexadecimal digits/],
  ["GET /kv/get?key_b64=a", /not base64/],
  ["GET /kv/get?kee=a", /did you mean key/],
  ["GET /kv/get?key=a&__proto__=x", /'__proto__' is no parameter/],
  ["GET /kv/get?key=a&consistency=strong", /one of linearizable, sequential, stale/],
  ["GET /kv/get?key=a&max_staleness=1s", /belongs to consistency=stale/],
  ["GET /kv/get?key=a&timeout=0s", /from 1ms to/],
  ["GET /kv/get?key=a&timeout=-1s", /from 1ms to/],
  ["GET /kv/get?key=a&timeout=9999h", /from 1ms to/],
  ["GET /kv/keys?limit=0", /from 1 to 10000/],
  ["GET /kv/keys?limit=1e3", /from 1 to 10000/],
] as const) {
  t.test(`${line} is refused with the reason`, async (t) => {
    const { ask } = simulatedGateway(t);
    t.match(await ask(line), { status: 400, json: { code: "bad_request", outcome: "not_applied", detail } });
  });
}

t.test("the key's limit is 1,024 bytes", async (t) => {
  const { ask } = simulatedGateway(t);
  t.match(await ask(`GET /kv/get?key=${"k".repeat(1024)}`), { status: 404 });
  const told = await ask(`GET /kv/get?key=${"k".repeat(1025)}`);
  t.match(told, { status: 413, json: { code: "too_large", limit: 1024, actual: 1025 } });
});
