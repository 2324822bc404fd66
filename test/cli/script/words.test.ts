import fc from "fast-check";
import t from "tap";
import { escapeBare, quoteBytes, tokensOf, wordsOf } from "../../../src/cli/script/words.ts";
import { bytesOfWord } from "../../../src/cli/word-bytes.ts";

t.test("words are cut as a shell cuts them", async (t) => {
  const lines: readonly (readonly [string, readonly string[]])[] = [
    ["", []],
    ["  # put a 1", []],
    ["put a 1 # why", ["put", "a", "1"]],
    ["put a#b 1", ["put", "a#b", "1"]],
    ["put 'it''s' \"a b\"", ["put", "its", "a b"]],
    ["put a'b c'\"d e\"f ''", ["put", "ab cd ef", ""]],
    ["put '\\n' \"\\n\" \\n", ["put", "\\n", "\n", "\n"]],
    ['put a\\ b \\# \\\' "\\"" \\\\', ["put", "a b", "#", "'", '"', "\\"]],
    ['put "\\x41\\x00" \\x42\tz', ["put", "A\u0000", "B", "z"]],
    ['put "it\'s" \'say "x"\'', ["put", "it's", 'say "x"']],
  ];
  for (const [line, words] of lines) t.same(wordsOf(line), words, line);
  t.same(Buffer.from(bytesOfWord(wordsOf('"\\xff\\x00é"')[0] ?? "")), Buffer.from([255, 0, 0xc3, 0xa9]));
});

t.test("an unclosed quote and an unknown escape are refused, not guessed", async (t) => {
  t.throws(() => wordsOf("put a 'b"), /a ' is missing/);
  t.throws(() => wordsOf('put a "b'), /a " is missing/);
  t.throws(() => wordsOf("put a \\y"), /character 7: after a backslash/);
  t.throws(() => wordsOf("put a \\xg0"), /after a backslash/);
  t.throws(() => wordsOf("put a \\"), /after a backslash/);
});

t.test("any bytes come back from quotes, and from the bare form that completion types", async () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 4 }), (values) => {
      const quoted = wordsOf(`put ${values.map(quoteBytes).join(" ")}`).slice(1);
      const bare = wordsOf(`put ${values.map((value) => escapeBare(value) || "''").join(" ")}`).slice(1);
      for (const words of [quoted, bare]) {
        if (words.length !== values.length) return false;
        if (!words.every((word, at) => Buffer.from(values[at] ?? []).equals(bytesOfWord(word)))) return false;
      }
      return true;
    }),
  );
});

t.test("the bare form of a beginning is the beginning of the bare form, whatever follows", async () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (start, rest) => {
      const whole = escapeBare(Buffer.from(start + rest));
      return whole.startsWith(escapeBare(Buffer.from(start)));
    }),
  );
});

t.test("tokens know their places, also in a line that is not finished", async (t) => {
  t.match(tokensOf('put "a b'), [
    { word: "put", start: 0, end: 3, isBare: true, open: undefined },
    { word: "a b", start: 4, end: 8, isBare: false, open: '"' },
  ]);
});
