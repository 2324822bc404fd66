import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { parseJson, printJson } from "../../src/kv/json-text.ts";
import { text } from "./test-state.ts";

function rewritten(document: string): string {
  const json = parseJson(text(document));
  return typeof json === "string" ? `no: ${json}` : Buffer.from(printJson(json)).toString();
}

t.test("a document comes out as it went in, without the blanks", async () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(3), (document, indent) => {
      const compact = JSON.stringify(JSON.parse(document));
      deepStrictEqual(JSON.parse(rewritten(document)), JSON.parse(document));
      deepStrictEqual(
        JSON.parse(rewritten(JSON.stringify(JSON.parse(compact), null, indent))),
        JSON.parse(compact),
      );
    }),
    { numRuns: 300 },
  );
});

t.test("numbers keep every digit, names their order", async (t) => {
  for (const document of [
    "1e400",
    "-0.0",
    "12345678901234567890.1234567890",
    '{"b":1,"10":2,"a":{"__proto__":3}}',
  ])
    t.equal(rewritten(document), document);
  t.equal(
    rewritten(' { "a" : [ 1 , { } , [ ] , "\\u0061\\n" ] , "b" : null } '),
    '{"a":[1,{},[],"\\u0061\\n"],"b":null}',
  );
  t.equal(rewritten('{"a":1,"b":2,"\\u0061":3}'), '{"\\u0061":3,"b":2}', "the last of two counts");
});

t.test("it takes what JSON.parse takes, and nothing else", async () => {
  const pieces = fc.constantFrom(
    '"',
    "\\",
    "u00",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "1",
    "-",
    ".",
    "e",
    "true",
    "nul",
    " ",
    "\n",
    "\t",
    "\u0001",
    "0",
    '"a"',
  );
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join("")),
      (document) => {
        let isJson = true;
        try {
          JSON.parse(document);
        } catch {
          isJson = false;
        }
        deepStrictEqual(typeof parseJson(text(document)) !== "string", isJson, JSON.stringify(document));
      },
    ),
    { numRuns: 3000 },
  );
});

t.test("depth and length do no harm", async (t) => {
  t.equal(rewritten(`${"[".repeat(128)}1${"]".repeat(128)}`).length, 257);
  t.match(rewritten("[".repeat(100_000)), /nested deeper than 128/);
  t.match(rewritten('{"a":'.repeat(200)), /nested deeper/);
  const long = JSON.stringify('é\\"'.repeat(200_000));
  t.ok(rewritten(long) === long);
  t.equal(parseJson(Uint8Array.of(0x22, 0xff, 0x22)), "it is not UTF-8");
  t.match(parseJson(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31)), /value is missing/, "no byte order mark");
});
