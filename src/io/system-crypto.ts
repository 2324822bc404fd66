import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Crypto } from "../base/seams.ts";

/** Checksums and hashes by the runtime's native code. */
export class SystemCrypto implements Crypto {
  crc32(bytes: Uint8Array, seed = 0): number {
    // Over no bytes the native function answers 0 or the seed, depending on where nothing is stored.
    return bytes.length === 0 ? seed : crc32(bytes, seed);
  }

  sha256(bytes: Uint8Array): Uint8Array {
    return new Uint8Array(createHash("sha256").update(bytes).digest());
  }
}
