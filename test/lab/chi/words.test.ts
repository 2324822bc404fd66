import t from "tap";
import { splitWords } from "../../../src/lab/chi/words.ts";

function textsOf(line: string): readonly string[] {
  const words = splitWords(line);
  if ("message" in words) throw new Error(words.message);
  return words.map(({ text }) => text);
}

t.test("spaces and tabs part words, a comment begins with its own word", async (t) => {
  t.same(textsOf("  set\t-k  A#1 # -k B"), ["set", "-k", "A#1"]);
  t.same(textsOf("# nothing"), []);
  t.same(textsOf(""), []);
});

t.test("quotes hold spaces together and make the empty word", async (t) => {
  t.same(textsOf(`"two words" 'single # "quotes"' "" a" b"c`), [
    "two words",
    'single # "quotes"',
    "",
    "a bc",
  ]);
  t.same(textsOf(String.raw`"a\"b\\c\nd\te" 'a\n'`), ['a"b\\c\nd\te', String.raw`a\n`]);
});

t.test("a word knows where it begins and whether it was quoted", async (t) => {
  t.same(splitWords('  expect "absent"'), [
    { text: "expect", column: 3, isQuoted: false },
    { text: "absent", column: 10, isQuoted: true },
  ]);
});

t.test("a quote without an end and an unknown escape are told where they are", async (t) => {
  t.match(splitWords('set "a b'), { column: 5, message: /the quote " has no end/ });
  t.match(splitWords(String.raw`set "a\qb"`), { column: 7, message: /after a backslash/ });
});
