import t from "tap";
import { mergeJson } from "../../src/kv/json-merge.ts";
import { type Json, parseJson, printJson } from "../../src/kv/json-text.ts";
import { text } from "./test-state.ts";

function parsed(document: string): Json {
  const json = parseJson(text(document));
  if (typeof json === "string") throw new Error(json);
  return json;
}

function merged(target: string | undefined, patch: string): string {
  const json = mergeJson(target === undefined ? undefined : parsed(target), parsed(patch));
  return Buffer.from(printJson(json)).toString();
}

// The table of RFC 7386, appendix A.
const CASES: readonly (readonly [original: string, patch: string, result: string])[] = [
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', "{}"],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', "null", "null"],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ["[1,2]", '{"a":"b","c":null}', '{"a":"b"}'],
  ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
];

for (const [original, patch, result] of CASES) {
  t.test(`${original} and ${patch} make ${result}`, async (t) => {
    t.equal(merged(original, patch), result);
  });
}

t.test("where there is nothing, the patch without its nulls is the document", async (t) => {
  t.equal(merged(undefined, '{"a":1,"b":null,"c":{"d":null}}'), '{"a":1,"c":{}}');
  t.equal(merged(undefined, "5"), "5");
});

t.test("a name is the same however it is written, and no name is special", async (t) => {
  t.equal(merged('{"a":1}', '{"\\u0061":2}'), '{"\\u0061":2}');
  t.equal(
    merged('{"__proto__":1}', '{"__proto__":{"x":1},"constructor":2}'),
    '{"__proto__":{"x":1},"constructor":2}',
  );
  t.equal(merged('{"a":12345678901234567890}', '{"b":1}'), '{"a":12345678901234567890,"b":1}');
});
