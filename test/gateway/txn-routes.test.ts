import t from "tap";
import { TXN_ROUTES } from "../../src/gateway/txn-routes.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

t.test("a transaction does one of two lists", async (t) => {
  const { ask } = simulatedGateway(t);
  t.equal(TXN_ROUTES.length, 2);
  const txn = (body: object) => ask("POST /v1/txn", { body: JSON.stringify(body) });
  await ask("POST /kv/set-multi", { body: '{"a":"1","b":"2","x/1":"","x/2":""}' });
  const compare = [
    { key: "a", value: "1" },
    { key: "b", revision: 2, is: "<" },
    { key: "c", exists: false },
    { key: "a", version: 1 },
    { key: "a", create_revision: 0, is: "!=" },
  ];
  const then = [
    { op: "put", key: "c", value_b64: "/w==", ttl: "1h" },
    { op: "put", key: "a", value: "new", prev: true },
    { op: "delete", key: "b", prev: true },
    { op: "delete-range", prefix: "x/" },
    { op: "get", key: "c" },
    { op: "get", key: "none" },
  ];
  t.match(await txn({ compare, then, else: [{ op: "get", key: "a" }] }), {
    status: 200,
    json: {
      succeeded: true,
      revision: 2,
      answers: [
        { op: "put", key: "c", version: 1 },
        { op: "put", key: "a", version: 2, previous: { value: "1" } },
        { op: "delete", key: "b", deleted: true, previous: { value: "2" } },
        { op: "delete-range", deleted: 2 },
        { op: "get", key: "c", record: { value_b64: "/w==" } },
        { op: "get", key: "none", record: null },
      ],
    },
  });
  const other = await txn({ compare, then, else: [{ op: "get", key: "a" }] });
  t.match(other, {
    status: 200,
    json: { succeeded: false, answers: [{ op: "get", key: "a", record: { value: "new" } }] },
  });
  t.match(await txn({ compare, then }), {
    status: 409,
    json: { code: "condition_failed", outcome: "not_applied" },
  });
  t.match(
    await ask("POST /v1/batch", {
      body: '{"operations":[{"op":"put","key":"z","value":"1"},{"op":"delete","key":"a"}]}',
    }),
    {
      status: 200,
      json: { revision: 3, answers: [{ op: "put" }, { op: "delete", deleted: true }] },
    },
  );
});

for (const [body, detail] of [
  ["[]", /not a JSON object/],
  ['{"then":{}}', /then is not an array/],
  ['{"if":[]}', /'if' is not known/],
  ['{"then":[{"op":"put","key":"a"}]}', /then\[0\]\.value is missing/],
  ['{"then":[{"op":"puts","key":"a"}]}', /then\[0\]\.op: one of put/],
  ['{"then":[{"op":"get","key":"a","value":"x"}]}', /'then\[0\]\.value' is not known/],
  ['{"then":[{"op":"delete-range"}]}', /no range is named/],
  ['{"compare":[{"key":"a"}]}', /name one of exists/],
  ['{"compare":[{"key":"a","version":1,"exists":true}]}', /name one of exists/],
  ['{"compare":[{"key":"a","version":1.5}]}', /whole number/],
  ['{"compare":[{"key":"a","version":1,"is":">="}]}', /compare\[0\]\.is/],
  ['{"compare":[{"key":"a","exists":"yes"}]}', /neither true nor false/],
  ['{"then":[{"op":"put","key":"a","value":"1"},{"op":"delete","key":"a"}]}', /./],
] as const) {
  t.test(`a txn of ${body} is refused`, async (t) => {
    const { ask, world } = simulatedGateway(t);
    t.match(await ask("POST /v1/txn", { body }), { status: 400, json: { code: "bad_request", detail } });
    t.equal(world.revision, 0);
  });
}

t.test("a batch needs operations", async (t) => {
  const { ask } = simulatedGateway(t);
  for (const body of ["{}", '{"operations":[]}', "a=1"]) {
    const headers = {
      "content-type": body === "a=1" ? "application/x-www-form-urlencoded" : "application/json",
    };
    t.match(await ask("POST /v1/batch", { body, headers }), { status: 400 });
  }
});
