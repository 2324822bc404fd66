import t from "tap";
import { entriesOfJsonLines } from "../../src/cli/entry-lines.ts";

const read = (text: string) => entriesOfJsonLines(Buffer.from(text));

t.test("each line is an entry, as text or as bytes", async (t) => {
  const lines = [
    '{"key":"a","value":"é"}',
    "",
    '{"key_b64":"AP8=","value":""}',
    '{"key":"c","value_b64":"gA=="}\r',
  ];
  t.same(read(lines.join("\n")), [
    [Buffer.from("a"), Buffer.from("é")],
    [Buffer.from([0, 255]), Buffer.from("")],
    [Buffer.from("c"), Buffer.from([128])],
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
