import fc from "fast-check";
import t from "tap";
import {
  compareBytes,
  concatBytes,
  copyBytes,
  EMPTY_BYTES,
  equalBytes,
  fromHex,
  prefixEnd,
  toHex,
} from "../../src/base/bytes.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const anyBytes = fc.uint8Array({ maxLength: 12 });
/** Few distinct values, so that shared prefixes and runs of 0xff are common. */
const closeBytes = fc
  .array(fc.constantFrom(0, 1, 0x7f, 0x80, 0xfe, 0xff), { maxLength: 6 })
  .map((v) => bytes(...v));

t.test("the order of bytes is that of their unsigned values, a prefix first", async (t) => {
  t.ok(compareBytes(bytes(0x7f), bytes(0x80)) < 0, "0x80 is not negative");
  t.ok(compareBytes(bytes(1), bytes(1, 0)) < 0);
  t.ok(compareBytes(bytes(2), bytes(1, 255)) > 0);
  t.equal(compareBytes(EMPTY_BYTES, bytes()), 0);
});

t.test("the order of bytes agrees with that of their hexadecimal text", async () => {
  fc.assert(
    fc.property(closeBytes, closeBytes, (left, right) => {
      const [leftText, rightText] = [toHex(left), toHex(right)];
      const expected = leftText < rightText ? -1 : leftText > rightText ? 1 : 0;
      return Math.sign(compareBytes(left, right)) === expected;
    }),
  );
});

t.test("arrays are equal exactly when their order says so", async () => {
  fc.assert(
    fc.property(closeBytes, closeBytes, (left, right) => {
      return equalBytes(left, right) === (compareBytes(left, right) === 0);
    }),
  );
});

t.test("joined parts come back by cutting, and do not share memory with the whole", async (t) => {
  fc.assert(
    fc.property(fc.array(anyBytes, { maxLength: 5 }), (parts) => {
      const joined = concatBytes(parts);
      let offset = 0;
      for (const part of parts) {
        if (!equalBytes(joined.subarray(offset, offset + part.length), part)) return false;
        offset += part.length;
      }
      return offset === joined.length;
    }),
  );
  const part = bytes(1, 2);
  const joined = concatBytes([part]);
  part[0] = 9;
  t.equal(joined[0], 1);
});

t.test("a copy owns its memory, whatever it was a view of", async (t) => {
  const datagram = bytes(1, 2, 3, 4);
  const copy = copyBytes(datagram.subarray(1, 3));
  datagram.fill(0);
  t.strictSame([...copy], [2, 3]);
  t.equal(copy.buffer.byteLength, 2, "the datagram is not pinned");
});

t.test("hexadecimal text comes back as the bytes it was made of", async () => {
  fc.assert(fc.property(anyBytes, (value) => equalBytes(fromHex(toHex(value)) ?? bytes(99), value)));
});

t.test("text that is not hexadecimal is told apart from every bytes", async (t) => {
  for (const text of ["0", "0g", "0x00", " 00", "00 ", "zz", "1.", "-1"])
    t.equal(fromHex(text), undefined, text);
  t.strictSame(fromHex("AbFf"), bytes(0xab, 0xff));
  t.strictSame(fromHex(""), EMPTY_BYTES);
});

t.test("the end of a prefix is above every key that starts with it", async (t) => {
  t.strictSame(prefixEnd(bytes(1, 2)), bytes(1, 3));
  t.strictSame(prefixEnd(bytes(1, 0xff, 0xff)), bytes(2));
  t.equal(prefixEnd(EMPTY_BYTES), undefined);
  t.equal(prefixEnd(bytes(0xff, 0xff)), undefined);
});

t.test("a key lies in [prefix, end) exactly when it starts with the prefix", async () => {
  fc.assert(
    fc.property(closeBytes, closeBytes, (prefix, key) => {
      const end = prefixEnd(prefix);
      const inRange = compareBytes(key, prefix) >= 0 && (end === undefined || compareBytes(key, end) < 0);
      const starts = key.length >= prefix.length && equalBytes(key.subarray(0, prefix.length), prefix);
      return inRange === starts;
    }),
    { numRuns: 2000 },
  );
});

t.test("the end of a prefix leaves the prefix as it was, also in a Buffer", async (t) => {
  const prefix = Buffer.from([1, 2]);
  t.strictSame(prefixEnd(prefix), new Uint8Array([1, 3]));
  t.strictSame([...prefix], [1, 2]);
});
