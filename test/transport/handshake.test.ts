import t from "tap";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import {
  decodeGreeting,
  encodeHello,
  encodeRefusal,
  encodeReply,
  HELLO_BODY_BYTES_MAX,
  HELLO_BYTES,
} from "../../src/transport/handshake.ts";
import { ChecksumProtection } from "../../src/transport/protection.ts";
import { SeededRandom } from "./lossy-world.ts";

const protection = new ChecksumProtection(new SystemCrypto());
const GREETING = {
  sender: 0xfedcba98,
  windowBytes: 1_000_000,
  datagramBytesMax: 61_440,
  messageBytesMax: 4_259_840,
  body: Uint8Array.of(1, 2, 3),
};

function opened(datagram: Uint8Array): Uint8Array {
  const packet = protection.open(datagram);
  if (packet === undefined) throw new Error("sealed here, so it opens");
  return packet;
}

t.test(
  "a greeting reads back as written; a hello fills its datagram, a reply never exceeds it",
  async (t) => {
    const hello = encodeHello(GREETING, protection);
    t.equal(hello.length, HELLO_BYTES);
    t.same(decodeGreeting(opened(hello)), GREETING);
    const longest = { ...GREETING, body: new Uint8Array(HELLO_BODY_BYTES_MAX).fill(7) };
    const reply = encodeReply(longest, 5, protection);
    t.equal(reply.length, HELLO_BYTES);
    t.same(decodeGreeting(opened(reply)), longest);
    t.same(decodeGreeting(opened(encodeRefusal(Uint8Array.of(9), 5, protection)))?.body, Uint8Array.of(9));
    t.throws(() => encodeHello({ ...GREETING, body: new Uint8Array(HELLO_BODY_BYTES_MAX + 1) }, protection));
  },
);

t.test("a body that runs over, or padding that is not zero, is refused", async (t) => {
  const packet = opened(encodeHello(GREETING, protection)).slice();
  packet[packet.length - 1] = 1;
  t.equal(decodeGreeting(packet), undefined);
  packet[packet.length - 1] = 0;
  packet[26] = 0xff;
  t.equal(decodeGreeting(packet), undefined);
  for (let length = 0; length < 31; length++) t.equal(decodeGreeting(packet.subarray(0, length)), undefined);
});

t.test("one changed byte anywhere, or another length, does not open", async (t) => {
  const hello = encodeHello(GREETING, protection);
  const random = new SeededRandom(1);
  for (let at = 0; at < hello.length; at++) {
    const changed = hello.slice();
    changed[at] = (changed[at] as number) ^ (1 + random.below(255));
    t.equal(protection.open(changed), undefined);
  }
  for (let length = 0; length < hello.length; length++) {
    t.equal(protection.open(hello.subarray(0, length)), undefined);
  }
});
