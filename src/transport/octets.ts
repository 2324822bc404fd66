/** Big-endian integers in packets. Plain byte access: on arrays this small it is faster than a DataView. */

const TWO_32 = 2 ** 32;

/** Packet numbers and message ids are 48 bits wide: at a million a second they last nine years. */
export const U48_LIMIT = 2 ** 48;

export function readU16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}

export function readU32(bytes: Uint8Array, offset: number): number {
  return ((readU16(bytes, offset) << 16) | readU16(bytes, offset + 2)) >>> 0;
}

export function readU48(bytes: Uint8Array, offset: number): number {
  return readU16(bytes, offset) * TWO_32 + readU32(bytes, offset + 2);
}

export function writeU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}

export function writeU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

export function writeU48(bytes: Uint8Array, offset: number, value: number): void {
  writeU16(bytes, offset, Math.floor(value / TWO_32));
  // ToUint32 keeps the low 32 bits of any safe integer.
  writeU32(bytes, offset + 2, value >>> 0);
}
