/**
 * 128 bits of a text, as eight UTF-16 units: four lanes of 32 bits that are mixed with each other. No cryptography: with a million texts the chance that any
 * two of them share a digest is about 10^-27. Source: the finalizer is MurmurHash3's, Appleby 2011.
 */
export function digest128(text: string): string {
  let one = 0x243f6a88;
  let two = 0x85a308d3;
  let three = 0x13198a2e;
  let four = 0x03707344;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    one = (turned(Math.imul(one ^ unit, 0x9e3779b1), 15) + two) | 0;
    two = (turned(Math.imul(two ^ unit, 0x85ebca77), 13) + three) | 0;
    three = (turned(Math.imul(three ^ unit, 0xc2b2ae3d), 17) + four) | 0;
    four = (turned(Math.imul(four ^ unit, 0x27d4eb2f), 16) + one) | 0;
  }
  const lanes = [one ^ three, two ^ four, three, four].map((lane) => finished(lane ^ text.length));
  return String.fromCharCode(...lanes.flatMap((lane) => [lane >>> 16, lane & 0xffff]));
}

/** One 32-bit hash of small integers. */
export function hashIntegers(integers: Int32Array): number {
  let hash = 0x2545f491;
  for (let index = 0; index < integers.length; index++) {
    hash = Math.imul(hash ^ (integers[index] as number), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return finished(hash);
}

function turned(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function finished(lane: number): number {
  let mixed = lane;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
