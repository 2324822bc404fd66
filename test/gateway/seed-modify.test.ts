import t from "tap";
import { Parameters } from "../../src/gateway/parameters.ts";
import { modificationOf, OPS } from "../../src/gateway/seed-modify.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

const JSON_TYPE = { "content-type": "application/json" };
const FORM = { "content-type": "application/x-www-form-urlencoded" };

t.test("every op does what it says, by body, query and form", async (t) => {
  const { ask } = simulatedGateway(t);
  const rmw = async (body: string) => (await ask("POST /kv/rmw", { body, headers: JSON_TYPE })).json;
  t.match(await rmw('{"key":"n","op":"incr"}'), { ok: true, key: "n", old: null, new: "1", revision: 1 });
  t.match(await rmw('{"key":"n","op":"incr","arg":-9007199254740993}'), { new: "-9007199254740992" });
  t.match(await rmw('{"key":"n","op":"max","arg":"7"}'), { old: "-9007199254740992", new: "7" });
  t.match(await rmw('{"key":"n","op":"min","arg":9}'), { new: "7", changed: false });
  t.match(await rmw('{"key":"s","op":"append","arg":"b"}'), { old: null, new: "b" });
  t.match(await rmw('{"key":"s","op":"prepend","arg":"a"}'), { old: "b", new: "ab" });
  t.match(await rmw('{"key":"s","op":"set-if-absent","arg":"z"}'), { new: "ab", changed: false });
  t.match(await rmw('{"key":"j","op":"json-merge","arg":{"a":1.50,"b":null}}'), { new: '{"a":1.50}' });
  t.match(await rmw('{"key":"s","expected":"ab","new":"c"}'), { old: "ab", new: "c" });
  t.match(await rmw('{"key":"s","op":"cas","expected":"c","arg":"d"}'), { old: "c", new: "d" });
  t.match((await ask("POST /kv/rmw?key=n&op=incr&arg=3")).json, { new: "10" });
  t.match((await ask("POST /kv/rmw", { body: "key=n&op=incr&arg=3", headers: FORM })).json, { new: "13" });
  t.match((await ask("POST /kv/rmw", { body: '{"key":"n","op":"incr"}', headers: FORM })).json, {
    new: "14",
  });
});

t.test("a failed compare is a 409 with the value that is there", async (t) => {
  const { ask, world } = simulatedGateway(t);
  const cas = '{"key":"s","expected":"x","new":"y"}';
  const absent = { code: "condition_failed", outcome: "not_applied", current: null, current_revision: 0 };
  t.match(await ask("POST /kv/rmw", { body: cas }), { status: 409, json: absent });
  await ask("POST /kv/set?key=s&value=other");
  const there = { code: "condition_failed", current: "other", current_revision: 1 };
  t.match(await ask("POST /kv/rmw", { body: cas }), { status: 409, json: there });
  const bad = { code: "bad_value", outcome: "not_applied" };
  t.match(await ask("POST /kv/rmw?key=s&op=incr"), { status: 409, json: bad });
  t.equal(world.revision, 1);
});

for (const [body, detail] of [
  ['{"op":"incr"}', /no key is named/],
  ['{"key":"a"}', /op=: one of incr/],
  ['{"key":"a","op":"multiply","arg":"2"}', /op=multiply: one of incr/],
  ['{"key":"a","op":"append"}', /append needs arg/],
  ['{"key":"a","op":"incr","arg":1e400}', /64 bits/],
  ['{"key":"a","op":"incr","arg":1.5}', /64 bits/],
  ['{"key":"a","op":"incr","arg":"NaN"}', /64 bits/],
  ['{"key":"a","op":"incr","arg":9223372036854775808}', /64-bit/],
  ['{"key":"a","op":"incr","expected":"1"}', /belong to cas/],
  ['{"key":"a","op":"cas","new":"1"}', /cas needs expected and new/],
  ['{"key":"a","expected":null,"new":"1"}', /set-if-absent/],
  ['{"key":"a","expected":"0","new":"1","arg":"2"}', /cas needs expected and new/],
  ['{"key":"a","op":"json-merge","arg":"{"}', /patch is not JSON/],
] as const) {
  t.test(`rmw of ${body} is refused`, async (t) => {
    const { ask, world } = simulatedGateway(t);
    t.match(await ask("POST /kv/rmw", { body }), { status: 400, json: { code: "bad_request", detail } });
    t.equal(world.revision, 0);
  });
}

t.test("query and body exclude each other", async (t) => {
  const { ask } = simulatedGateway(t);
  const told = await ask("POST /kv/rmw?key=a", { body: '{"op":"incr"}' });
  t.match(told, { status: 400, json: { detail: /give it in one/ } });
});

t.test("an op that nobody knows is no modification", async (t) => {
  t.throws(
    () => modificationOf(new Parameters("op=x", [{ name: "op", kind: "text", describe: "" }])),
    /one of/,
  );
  t.equal(OPS.length, 8);
});
