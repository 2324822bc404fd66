import t from "tap";
import {
  base64Octets,
  octetsField,
  percentDecoded,
  showOctets,
  textOctets,
  utf8Text,
} from "../../src/gateway/octets.ts";

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

t.test("text is told apart from other bytes, and comes back byte for byte", async (t) => {
  t.same(octetsField("key", new TextEncoder().encode("é\ufeff")), { key: "é\ufeff" });
  t.same(octetsField("key", bytes(0xef, 0xbb, 0xbf)), { key: "\ufeff" }, "a mark of order is kept");
  t.same(octetsField("key", bytes(0xff)), { key_b64: "/w==" });
  t.equal(utf8Text(bytes(0xed, 0xa0, 0x80)), undefined, "half of a surrogate pair");
  t.throws(() => textOctets("a\udc00", "x"), /x has half of a surrogate pair/);
});

t.test("base64 is taken in both alphabets, padded or not, and nothing else", async (t) => {
  for (const text of ["_w", "_w==", "/w", "/w=="]) t.same(base64Octets(text, "x"), bytes(0xff), text);
  t.same(base64Octets("", "x"), bytes());
  for (const text of ["/", "/x", "a b=", "YQ==YQ==", "===", "é"])
    t.throws(() => base64Octets(text, "x"), /x is not base64/);
});

t.test("percent-encoding gives bytes, and a bad one nothing", async (t) => {
  t.same(percentDecoded("a%00%ff+", "+"), bytes(0x61, 0, 0xff, 0x2b));
  t.same(percentDecoded("+", " "), bytes(0x20));
  for (const text of ["%", "%1", "%zz", "%%"]) t.equal(percentDecoded(text, "+"), undefined, text);
});

t.test("what a message shows is short and printable", async (t) => {
  t.equal(showOctets(new TextEncoder().encode('a"\n')), '"a\\"\\n"');
  t.equal(showOctets(bytes(0xff, 1)), "ff01");
  t.ok(showOctets(new Uint8Array(1000)).length < 110);
});
