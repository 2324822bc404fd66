import t from "tap";
import { ScriptReader } from "../../src/cli/script-reader.ts";

const readerOf = (text: string): ScriptReader => new ScriptReader(text, (message) => new Error(message));
const word = (text: string): string => Buffer.from(readerOf(text).takeWord()).toString("latin1");

t.test("a word is bare, or quoted either way", async (t) => {
  t.equal(word("a=b(c) rest"), "a=b(c)");
  t.equal(word("a;b"), "a");
  t.equal(word("'a;\\n \"b'x"), 'a;\\n "b');
  t.equal(word('"a b\\x00\\xff\\n\\t\\r\\\\\\""'), 'a b\0\xff\n\t\r\\"');
  t.equal(word("''"), "");
  t.equal(Buffer.from(readerOf('"\u{1f600}"').takeWord()).toString(), "\u{1f600}");
});

t.test("an error names the line and the character", async (t) => {
  const reader = readerOf("# note\n\n  'a");
  reader.skipBlanks();
  t.throws(() => reader.takeWord(), /line 3, character 5: a ' is missing/);
  t.throws(() => word('"\\q"'), /after a backslash/);
  t.throws(() => word(""), /expected a word/);
  t.throws(() => readerOf("12x").takeNumber(), /whole number/);
  t.throws(() => readerOf("1234567890123456").takeNumber(), /whole number/);
});

t.test("a keyword is a whole word", async (t) => {
  t.ok(readerOf("else\n").takeKeyword("else"));
  t.notOk(readerOf("elsewhere").takeKeyword("else"));
  t.notOk(readerOf("--prefixed a").takeFlag("--prefix"));
});
