import t from "tap";
import { slot } from "../../src/base/ids.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import { DigestTrail } from "../../src/node/digest-trail.ts";
import { ChainDigest } from "../../src/paxos/digest.ts";
import type { Value } from "../../src/paxos/value.ts";

const crypto = new SystemCrypto();

const valueAt = (at: number): Value => ({ kind: "batch", bytes: Uint8Array.of(at, 7) });

t.test(
  "the digests go on from the state's, as the replica's do, whatever is dropped meanwhile",
  async (t) => {
    const chain = new ChainDigest(crypto);
    const trail = new DigestTrail(crypto, slot(5), 99);
    let digest = 99;
    t.equal(trail.at(slot(5)), 99);
    for (let at = 5; at < 30; at++) {
      digest = chain.extend(digest, slot(at), valueAt(at));
      trail.add(slot(at), valueAt(at));
      t.equal(trail.at(slot(at + 1)), digest);
      if (at % 7 === 0) trail.drop(slot(at - 2));
    }
    t.throws(() => trail.at(slot(25)), /I2/, "below the state on disk");
    t.throws(() => trail.at(slot(31)), /I2/, "above what is applied");
    t.throws(() => trail.add(slot(31), valueAt(31)), /I2/, "a slot is left out");
  },
);
