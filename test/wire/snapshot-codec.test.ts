import fc from "fast-check";
import t from "tap";
import type { GroupId, Slot } from "../../src/base/ids.ts";
import { payloadKind } from "../../src/wire/payload.ts";
import {
  decodeSnapshotMessage,
  encodeSnapshotMessage,
  type SnapshotMessage,
} from "../../src/wire/snapshot-codec.ts";
import { survivesDamage } from "./hostile-bytes.ts";

const GROUP = 0 as GroupId;
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
const index = fc.nat(2 ** 31);
const slot = fc.maxSafeNat() as fc.Arbitrary<Slot>;

const message: fc.Arbitrary<SnapshotMessage> = fc.oneof(
  fc.record({
    kind: fc.constant("snapshot-ask" as const),
    least: slot,
    hash: fc.option(hash, { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant("snapshot-offer" as const),
    answer: fc.constant("offered" as const),
    manifest: bytes,
  }),
  fc.record({
    kind: fc.constant("snapshot-offer" as const),
    answer: fc.constantFrom("making" as const, "none" as const),
  }),
  fc.record({ kind: fc.constant("chunk-ask" as const), hash, index }),
  fc.record({
    kind: fc.constant("chunk" as const),
    hash,
    index,
    content: fc.option(bytes, { nil: undefined }),
  }),
);

const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, item) => (item instanceof Uint8Array ? [...item] : item)));

t.test("what is said of snapshots is read as it was written", async (t) => {
  fc.assert(
    fc.property(message, (sent) => {
      const payload = encodeSnapshotMessage(GROUP, sent);
      const read = decodeSnapshotMessage(payload);
      return (
        payloadKind(payload) === "snapshot" &&
        JSON.stringify(plain(read)) === JSON.stringify(plain({ group: GROUP, message: sent }))
      );
    }),
    { numRuns: 300, seed: 7 },
  );
  t.pass();
});

t.test("damaged bytes are refused with a reason, or are another message", async (t) => {
  const samples = fc.sample(message, { numRuns: 30, seed: 8 });
  const payloads = samples.map((sample) => encodeSnapshotMessage(GROUP, sample));
  survivesDamage(t, decodeSnapshotMessage, payloads, 5000);
});

t.test("a hash of another length, no manifest and an unknown answer are refused", async (t) => {
  const short = { kind: "chunk-ask", hash: new Uint8Array(31), index: 1 } as const;
  t.match(decodeSnapshotMessage(encodeSnapshotMessage(GROUP, short)), /hash has 31 bytes/);
  const empty = { kind: "snapshot-offer", answer: "offered", manifest: new Uint8Array(0) } as const;
  t.match(decodeSnapshotMessage(encodeSnapshotMessage(GROUP, empty)), /without a manifest/);
  const odd = { kind: "snapshot-offer", answer: "odd" as "none" } as const;
  t.match(decodeSnapshotMessage(encodeSnapshotMessage(GROUP, odd)), /answer 0 is not known/);
});
