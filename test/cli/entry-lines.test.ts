import fc from "fast-check";
import t from "tap";
import { entriesOfJsonLines, entryOfLine, lineOfEntry } from "../../src/cli/entry-lines.ts";
import type { LifetimeOptions } from "../../src/client/options.ts";

const read = (text: string) => entriesOfJsonLines(Buffer.from(text));

t.test("each line is an entry, as text or as bytes", async (t) => {
  const lines = [
    '{"key":"a","value":"é"}',
    "",
    '{"key_b64":"AP8=","value":""}',
    '{"key":"c","value_b64":"gA=="}\r',
  ];
  t.same(read(lines.join("\n")), [
    [Buffer.from("a"), Buffer.from("é"), {}],
    [Buffer.from([0, 255]), Buffer.from(""), {}],
    [Buffer.from("c"), Buffer.from([128]), {}],
  ]);
  t.same(read("\n \n"), []);
});

t.test("a line that is no entry is refused by its number, and nothing is guessed", async (t) => {
  for (const [line, flaw] of [
    ["{", "is no JSON"],
    ["[]", "is no JSON object"],
    ["null", "is no JSON object"],
    ['{"key":"a"}', "needs value or value_b64"],
    ['{"key":1,"value":"b"}', "has a key that is not text"],
    [
      '{"key":"a","value":"b","ttl":5}',
      "has a field 'ttl'; there are key, key_b64, value, value_b64, ttl_ms, lease",
    ],
    ['{"key":"a","key_b64":"YQ==","value":"b"}', "needs key or key_b64, not both"],
    ['{"key_b64":"?","value":"b"}', "has a key_b64 that is not base64"],
    ['{"key_b64":"AP8","value":"b"}', "has a key_b64 that is not base64"],
    ['{"key":"\\ud800","value":"b"}', "has a key that is not text"],
    ['{"key":"a","value":"b","ttl_ms":-1}', "has a ttl_ms that is not a whole number of ms from 0"],
  ] as const)
    t.throws(() => read(`{"key":"a","value":"b"}\n${line}`), { message: `line 2 ${flaw}` }, line);
  t.throws(() => entriesOfJsonLines(Uint8Array.of(0xff)), /not UTF-8/);
});

t.test("any entry comes back from its line", async (t) => {
  const lifetime = fc.oneof(
    fc.constant<LifetimeOptions>({}),
    fc.integer({ min: 100, max: 1e9 }).map((ttlMs): LifetimeOptions => ({ ttlMs })),
    fc.integer({ min: 1 }).map((leaseId): LifetimeOptions => ({ leaseId })),
  );
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), lifetime, (key, value, lives) => {
      const line = lineOfEntry([key, value, lives]);
      const entry = entryOfLine({ bytes: Buffer.from(line), number: 1 });
      t.same(entry, [Buffer.from(key), Buffer.from(value), lives]);
    }),
  );
  const short = Buffer.from('{"key":"a","value":"","ttl_ms":0}');
  t.same(entryOfLine({ bytes: short, number: 1 })?.[2], { ttlMs: 100 }, "nothing shorter can be asked for");
});
