import t from "tap";
import { toHex } from "../../src/base/bytes.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";

const CHECK = new TextEncoder().encode("123456789");

t.test("the checksum is CRC-32 of IEEE, and can be continued", async (t) => {
  const crypto = new SystemCrypto();
  t.equal(crypto.crc32(CHECK), 0xcbf43926);
  t.equal(crypto.crc32(CHECK.subarray(4), crypto.crc32(CHECK.subarray(0, 4))), 0xcbf43926);
});

t.test("the hash is SHA-256", async (t) => {
  t.equal(
    toHex(new SystemCrypto().sha256(new TextEncoder().encode("abc"))),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
