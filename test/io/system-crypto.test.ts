import t from "tap";
import { SystemCrypto } from "../../src/io/system-crypto.ts";

const crypto = new SystemCrypto();

t.test("a checksum over parts is the checksum over the whole", async (t) => {
  const whole = new TextEncoder().encode("123456789");
  t.equal(crypto.crc32(whole), 0xcbf43926, "the check value of CRC-32");
  t.equal(crypto.crc32(whole.subarray(4), crypto.crc32(whole.subarray(0, 4))), 0xcbf43926);
});

t.test("no bytes change no checksum, wherever they are stored", async (t) => {
  t.equal(crypto.crc32(new Uint8Array(0), 77), 77);
  t.equal(crypto.crc32(new Uint8Array(8).subarray(3, 3), 77), 77);
  t.equal(crypto.crc32(Buffer.from("abc").subarray(1, 1), 77), 77);
});

t.test("sha256 gives the standard's digest of abc", async (t) => {
  const hex = Buffer.from(crypto.sha256(new TextEncoder().encode("abc"))).toString("hex");
  t.equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
