const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
/** As many as the longest number has, its sign included. */
const CHARACTERS_MAX = 20;
const DECIMAL = /^(?:0|-?[1-9][0-9]*)$/;

const encoder = new TextEncoder();

/** The number that decimal text stands for, without a plus, leading zeros or blanks; undefined when it is none of 64 bits. */
export function parseDecimal(text: Uint8Array): bigint | undefined {
  if (text.length > CHARACTERS_MAX) return undefined;
  const characters = String.fromCharCode(...text);
  if (!DECIMAL.test(characters)) return undefined;
  return within64Bits(BigInt(characters));
}

/** The number itself, or undefined when a signed 64-bit integer cannot hold it. */
export function within64Bits(number: bigint): bigint | undefined {
  return number >= INT64_MIN && number <= INT64_MAX ? number : undefined;
}

export function decimalText(number: bigint): Uint8Array {
  return encoder.encode(number.toString());
}
