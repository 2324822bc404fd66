import t from "tap";
import { decimalText, parseDecimal, within64Bits } from "../../src/kv/decimal.ts";
import { text } from "./test-state.ts";

const SMALLEST = "-9223372036854775808";
const LARGEST = "9223372036854775807";

t.test("signed 64-bit integers in decimal text are read, and written as they were", async (t) => {
  for (const written of ["0", "1", "-1", "42", "9007199254740993", SMALLEST, LARGEST]) {
    const number = parseDecimal(text(written));
    t.equal(number, BigInt(written));
    t.same(Buffer.from(decimalText(number ?? 0n)), Buffer.from(written));
  }
});

t.test("anything else is no number: there is one way to write each", async (t) => {
  const others = ["", "-", "+1", "-0", "00", "01", " 1", "1 ", "1\n", "1.0", "1e3", "0x1", "x", "١", "1n"];
  for (const written of [...others, "9223372036854775808", "-9223372036854775809", "1".repeat(2000)])
    t.equal(parseDecimal(text(written)), undefined, JSON.stringify(written));
});

t.test("the bounds of 64 bits are exact", async (t) => {
  t.equal(within64Bits(BigInt(LARGEST)), BigInt(LARGEST));
  t.equal(within64Bits(BigInt(LARGEST) + 1n), undefined);
  t.equal(within64Bits(BigInt(SMALLEST)), BigInt(SMALLEST));
  t.equal(within64Bits(BigInt(SMALLEST) - 1n), undefined);
});
