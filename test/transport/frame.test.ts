import t from "tap";
import {
  FRAGMENT_OFFSET,
  frameEnd,
  inspectFrames,
  readFragmentPlace,
  WHOLE_OFFSET,
  writeAbandon,
  writeClose,
  writeDatagram,
  writeFragment,
  writePing,
  writeWhole,
} from "../../src/transport/frame.ts";
import { readU48 } from "../../src/transport/octets.ts";
import { SeededRandom } from "./lossy-world.ts";

const ID = 2 ** 47 + 2 ** 31 + 5;

t.test("frames follow one another and read back as written", async (t) => {
  const bytes = new Uint8Array(200);
  const body = Uint8Array.of(1, 2, 3);
  const fragmentAt = writeWhole(bytes, 0, ID, body);
  const datagramAt = writeFragment(bytes, fragmentAt, { id: ID, index: 300, count: 301 }, body);
  const pingAt = writeDatagram(bytes, datagramAt, new Uint8Array(0));
  const abandonAt = writePing(bytes, pingAt);
  const closeAt = writeAbandon(bytes, abandonAt, ID);
  const end = writeClose(bytes, closeAt);
  t.equal(inspectFrames(bytes.subarray(0, end), 0), "eliciting");
  t.equal(readU48(bytes, WHOLE_OFFSET.id), ID);
  t.same(bytes.subarray(WHOLE_OFFSET.body, frameEnd(bytes, 0)), body);
  t.same(readFragmentPlace(bytes, fragmentAt), { id: ID, index: 300, count: 301 });
  t.same(bytes.subarray(fragmentAt + FRAGMENT_OFFSET.body, datagramAt), body);
  t.equal(inspectFrames(bytes.subarray(datagramAt, pingAt), 0), "silent");
  t.equal(inspectFrames(bytes.subarray(closeAt, end), 0), "silent");
  t.equal(inspectFrames(bytes.subarray(0, 0), 0), "silent", "acknowledgements alone");
});

t.test("whatever is cut, unknown or impossible is malformed", async (t) => {
  const bytes = new Uint8Array(200);
  const end = writeFragment(bytes, 0, { id: 1, index: 0, count: 2 }, new Uint8Array(50));
  for (let length = 1; length < end; length++) {
    t.equal(inspectFrames(bytes.subarray(0, length), 0), "malformed");
  }
  for (const place of [
    { id: 1, index: 2, count: 2 },
    { id: 1, index: 0, count: 1 },
  ]) {
    const wrong = bytes.slice(0, writeFragment(bytes, 0, place, new Uint8Array(5)));
    t.equal(inspectFrames(wrong, 0), "malformed");
  }
  t.equal(inspectFrames(Uint8Array.of(0), 0), "malformed");
  t.equal(inspectFrames(Uint8Array.of(99), 0), "malformed");
});

t.test("random bytes are judged without a throw and never past the end", async (t) => {
  const random = new SeededRandom(3);
  for (let round = 0; round < 20_000; round++) {
    const bytes = random.bytes(random.below(40)).map((byte) => byte % 9);
    inspectFrames(bytes, 0);
    for (let at = 0; at < bytes.length; at++) if (frameEnd(bytes, at) > bytes.length) t.fail("past the end");
  }
});
