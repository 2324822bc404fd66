import fc from "fast-check";
import t from "tap";
import { bytesOfWord, wordOfBytes } from "../../src/cli/word-bytes.ts";

t.test("any bytes go through a word, and text is itself", async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      t.same(Buffer.from(bytesOfWord(wordOfBytes(bytes))), Buffer.from(bytes));
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      t.equal(wordOfBytes(Buffer.from(text, "utf8")), text);
      t.equal(Buffer.from(bytesOfWord(text)).toString("utf8"), text);
    }),
  );
});

t.test("what is UTF-8 in the midst of other bytes stays readable", async (t) => {
  const bytes = Buffer.concat([Buffer.from([0xff]), Buffer.from("é\u{1f600}"), Buffer.from([0xc3, 0x28])]);
  t.equal(wordOfBytes(bytes), "\udcffé\u{1f600}\udcc3(");
});
