import t from "tap";
import { parseKey, showKey } from "../../src/cli/key-text.ts";

t.test("every byte of a key survives being shown and typed again", async (t) => {
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  t.same(new Uint8Array(parseKey(showKey(all), "escaped")), all);
  for (const text of ["a", "käse", "a\\b", "tab\there", "\\x00", "🗝", " "]) {
    t.same(Buffer.from(parseKey(showKey(Buffer.from(text)), "escaped")).toString(), text);
  }
});

t.test("a key on a terminal has no control characters", async (t) => {
  t.equal(showKey(Buffer.from("a\u001b[2Jb")), "a\\x1b[2Jb");
  t.equal(showKey(Buffer.from("line\nbreak")), "line\\x0abreak");
  t.equal(showKey(Buffer.from("app/cfg")), "app/cfg");
});

t.test("hex and base64 name the same bytes, and nonsense is refused", async (t) => {
  t.same(new Uint8Array(parseKey("00ff", "hex")), new Uint8Array([0, 255]));
  t.same(new Uint8Array(parseKey("AP8=", "base64")), new Uint8Array([0, 255]));
  t.throws(() => parseKey("0", "hex"), /hexadecimal/);
  t.throws(() => parseKey("?", "base64"), /base64/);
  t.throws(() => parseKey("a\\q", "escaped"), /backslash/);
  t.throws(() => parseKey("a\ufffd", "utf8"), /-k escaped/);
  t.throws(() => parseKey("a\ufffd", "escaped"), /xHH/);
  t.same(Buffer.from(parseKey("\\xef\\xbf\\xbd", "escaped")).toString(), "\ufffd");
});
