import t from "tap";
import { chargeOf, datagramBytesFor, windowMin, windowOffered } from "../../src/transport/path.ts";

/** What Linux 6.18 was seen to charge. */
const MEASURED: readonly (readonly [number, number])[] = [
  [64, 832],
  [300, 1280],
  [1200, 2304],
  [1400, 2304],
  [8192, 16_640],
  [32_768, 34_500],
  [61_440, 64_000],
];

t.test("the charge is never below what the kernel was seen to take, and close to it", async (t) => {
  for (const [bytes, measured] of MEASURED) {
    t.ok(chargeOf(bytes) >= measured * 0.99, `${bytes}: ${chargeOf(bytes)}`);
    t.ok(chargeOf(bytes) <= measured * 1.1, `${bytes}: ${chargeOf(bytes)}`);
  }
  for (let bytes = 1; bytes < 61_440; bytes++) if (chargeOf(bytes) < bytes) t.fail(`${bytes}`);
});

t.test("a window holds several datagrams of the size chosen for it", async (t) => {
  for (const buffer of [0, 4096, 212_992, 425_984, 1_000_000, 2 ** 21, 2 ** 22, 2 ** 23, 2 ** 26]) {
    const windowBytes = windowOffered(buffer);
    t.ok(windowBytes >= windowMin());
    t.ok(buffer < 2 ** 17 || windowBytes * 4 <= buffer, "half of the buffer stays for others");
    const size = datagramBytesFor({ isSameHost: true, windowBytes, datagramBytesMax: 61_440 });
    t.ok(size >= 1200 && size <= 61_440);
    t.ok(chargeOf(size) * 3 <= windowBytes, `${size} of ${windowBytes}`);
  }
});

t.test("large datagrams stay on the host, and within what the peer takes", async (t) => {
  const peer = { windowBytes: 2 ** 20, datagramBytesMax: 61_440 };
  t.equal(datagramBytesFor({ ...peer, isSameHost: true }), 61_440);
  t.equal(datagramBytesFor({ ...peer, isSameHost: false }), 1200);
  t.equal(datagramBytesFor({ ...peer, isSameHost: true, datagramBytesMax: 9000 }), 9000);
});
