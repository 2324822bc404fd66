import t from "tap";
import { SEED_WRITES } from "../../src/gateway/seed-writes.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

const MIB = 1024 * 1024;

t.test("a value comes by the query or as the body, byte for byte", async (t) => {
  const { ask } = simulatedGateway(t);
  t.equal(SEED_WRITES.length, 3);
  t.match(await ask("POST /kv/set?key=a&value=1"), {
    status: 200,
    json: { ok: true, key: "a", revision: 1, version: 1 },
  });
  // What curl says of every body that it is told to send.
  const form = { "content-type": "application/x-www-form-urlencoded" };
  await ask("POST /kv/set?key=a", { body: "x=1&y=2", headers: form });
  t.match((await ask("GET /kv/get?key=a")).json, { value: "x=1&y=2", version: 2 });
  await ask("POST /kv/set?key=a&value=");
  t.match((await ask("GET /kv/get?key=a")).json, { value: "", version: 3 });
  await ask("POST /kv/set?key=a&value=a+b%2Bc");
  t.match((await ask("GET /kv/get?key=a")).json, { value: "a b+c" });
  t.match(await ask("POST /kv/set?key=a&value=1", { body: "2" }), {
    status: 400,
    json: { detail: /give one/ },
  });
  t.match(await ask("POST /kv/set?key=a&value=1&consistency=sequential"), { status: 400 });
});

t.test("a value that was forgotten empties nothing", async (t) => {
  const { ask, world } = simulatedGateway(t);
  await ask("POST /kv/set?key=a&value=1");
  const form = { "content-type": "application/x-www-form-urlencoded" };
  for (const asked of [{}, { body: "" }, { body: "", headers: { ...form, "content-length": "0" } }])
    t.match(await ask("POST /kv/set?key=a", asked), {
      status: 400,
      json: { detail: /value= stores an empty/ },
    });
  t.equal(world.revision, 1);
  for (const line of ["POST /kv/set?key=a&value=", "POST /kv/set?key=a&value_b64="])
    t.match(await ask(line), { status: 200 }, line);
  t.match((await ask("GET /kv/get?key=a")).json, { value: "", version: 3 });
});

t.test("a value has 1 MiB at most, and what is too large says how large", async (t) => {
  const { ask } = simulatedGateway(t);
  t.match(await ask("POST /kv/set?key=a", { body: new Uint8Array(MIB) }), { status: 200 });
  t.match(await ask("POST /kv/set?key=a", { body: new Uint8Array(MIB + 1) }), {
    status: 413,
    json: { code: "too_large", limit: MIB, actual: MIB + 1 },
  });
  t.match(await ask("POST /kv/set?key=a", { body: new Uint8Array(2 * MIB) }), {
    status: 413,
    json: { code: "too_large", outcome: "not_applied" },
  });
});

for (const [title, body, type] of [
  ["an object of names and values", '{"a":"1","b":"2"}', "application/json"],
  ["an object that curl calls a form", ' {"a":"1","b":"2"}', "application/x-www-form-urlencoded"],
  ["a list of items", '[{"key":"a","value":"1"},{"key_b64":"Yg==","value_b64":"Mg=="}]', "application/json"],
  ["items", '{"items":[{"key":"a","value":"1"},{"key":"b","value":"2","ttl":"1h"}]}', "application/json"],
  ["a form", "a=1&b=2", "application/x-www-form-urlencoded"],
] as const) {
  t.test(`${title} sets several keys at one revision`, async (t) => {
    const { ask } = simulatedGateway(t);
    const told = await ask("POST /kv/set-multi", { body, headers: { "content-type": type } });
    t.match(told, { status: 200, json: { ok: true, count: 2, revision: 1 } });
    t.match((await ask("GET /kv/get?key=a")).json, { value: "1", revision: 1 });
    t.match((await ask("GET /kv/get?key=b")).json, { value: "2", revision: 1 });
  });
}

t.test("names that objects inherit are keys like any others", async (t) => {
  const { ask } = simulatedGateway(t);
  await ask("POST /kv/set-multi", { body: '{"__proto__":"1","constructor":"2","items":"3"}' });
  t.same((await ask("GET /kv/keys")).json["keys"], ["__proto__", "constructor", "items"]);
});

for (const [body, detail] of [
  ["", /body is empty/],
  ["{}", /nothing to set/],
  ["[]", /nothing to set/],
  ["7", /neither a JSON object nor an array/],
  ['{"a":"1"', /not JSON/],
  ['{"a":"1","a":"2"}', /"a" comes twice/],
  ['[{"key":"a","value":"1"},{"key":"a","value":"2"}]', /"a" comes twice/],
  ['{"a":1}', /is not a string/],
  ['{"a":null}', /is not a string/],
  ['{"a":"\\ud800"}', /surrogate/],
  ['{"\\ud800":"1"}', /surrogate/],
  ['{"":"1"}', /key is empty/],
  ['\ufeff{"a":"1"}', /not JSON/],
  ['[{"key":"a"}]', /\[0\]\.value is missing/],
  ['[{"key":"a","value":"1","ttl":5}]', /ttl is not a string/],
  ['[{"key":"a","value":"1","ttl":"5 days"}]', /ttl=5 days/],
  ['[{"key":"a","value":"1","lease":1e400}]', /lease is not a whole number/],
  ['[{"key":"a","value":"1","lease":9007199254740993}]', /lease is not a whole number/],
  ['[{"key":"a","value":"1","leese":1}]', /did you mean lease/],
  [`${"[".repeat(100_000)}`, /nested deeper/],
] as const) {
  t.test(`set-multi of ${body.slice(0, 50)} is refused, and changes nothing`, async (t) => {
    const { ask, world } = simulatedGateway(t);
    const headers = { "content-type": "application/json" };
    const told = await ask("POST /kv/set-multi", { body, headers });
    t.match(told, { status: 400, json: { code: "bad_request", outcome: "not_applied", detail } });
    t.equal(world.revision, 0);
  });
}

t.test("other types of body, and compressed ones, are refused", async (t) => {
  const { ask } = simulatedGateway(t);
  const body = '{"a":"1"}';
  t.match(await ask("POST /kv/set-multi", { body, headers: { "content-type": "text/xml" } }), {
    status: 415,
  });
  t.match(await ask("POST /kv/set?key=a", { body, headers: { "content-encoding": "gzip" } }), {
    status: 415,
  });
});

t.test("a delete says whether there was anything", async (t) => {
  const { ask } = simulatedGateway(t);
  await ask("POST /kv/set?key=a&value=1");
  t.match(await ask("POST /kv/delete?key=a"), {
    status: 200,
    json: { ok: true, deleted: true, revision: 2 },
  });
  t.match(await ask("POST /kv/delete?key=a"), { status: 200, json: { ok: true, deleted: false } });
});
