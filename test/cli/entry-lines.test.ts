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
  for (const line of [
    "{",
    "[]",
    "null",
    '{"key":"a"}',
    '{"key":1,"value":"b"}',
    '{"key":"a","value":"b","ttl":5}',
    '{"key":"a","key_b64":"YQ==","value":"b"}',
    '{"key_b64":"?","value":"b"}',
    '{"key_b64":"AP8","value":"b"}',
    '{"key":"\\ud800","value":"b"}',
  ])
    t.throws(() => read(`{"key":"a","value":"b"}\n${line}`), /line 2 is no JSON object/, line);
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
