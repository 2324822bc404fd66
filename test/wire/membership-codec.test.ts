import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { NodeId } from "../../src/base/ids.ts";
import type { Member, Membership } from "../../src/paxos/membership.ts";
import { decodeMembership, encodeMembership, MEMBERSHIP_CODEC } from "../../src/wire/membership-codec.ts";
import { bytes, shape } from "./arbitraries.ts";
import { survivesDamage } from "./hostile-bytes.ts";

const membership: fc.Arbitrary<Membership> = fc
  .uniqueArray(fc.integer({ min: 1, max: 1023 }), { minLength: 1, maxLength: 7 })
  .chain((ids) =>
    shape({
      epoch: fc.integer({ min: 1 }),
      members: fc.tuple(
        ...ids
          .toSorted((left, right) => left - right)
          .map((id, index) =>
            shape({
              id: fc.constant(id as NodeId),
              name: fc.constant(`n${id}`),
              address: shape({ host: fc.ipV6(), port: fc.integer({ min: 1, max: 65_535 }) }),
              role: index === 0 ? fc.constant("voter") : fc.constantFrom("voter", "learner", "joining"),
              incarnation: fc.oneof(bytes({ minLength: 16, maxLength: 16 }), fc.constant(new Uint8Array(0))),
            }),
          ),
      ),
      nextNodeId: fc.integer({ min: Math.max(...ids) + 1, max: 1024 }),
    }),
  );

t.test("a membership comes back as it was written", async () => {
  fc.assert(
    fc.property(membership, (membership) => {
      deepStrictEqual(decodeMembership(encodeMembership(membership)), membership);
    }),
    { numRuns: 300 },
  );
});

t.test("a membership entry comes back as it was written, and damaged ones are refused", async (t) => {
  const entry = shape({ replaces: fc.integer({ min: 1 }), membership });
  fc.assert(
    fc.property(entry, (entry) => {
      deepStrictEqual(MEMBERSHIP_CODEC.decode(MEMBERSHIP_CODEC.encode(entry)), entry);
    }),
    { numRuns: 100 },
  );
  const samples = fc.sample(entry, { numRuns: 50, seed: 1 }).map(MEMBERSHIP_CODEC.encode);
  survivesDamage(t, MEMBERSHIP_CODEC.decode, samples);
  t.match(MEMBERSHIP_CODEC.decode(new Uint8Array([9, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f])), /without a membership/);
});

t.test("bytes that kvd would have written otherwise are refused", async (t) => {
  const bytes = encodeMembership(of({}));
  t.match(decodeMembership(new Uint8Array([...bytes, 0xf8, 0x7f, 1])), /not written as kvd writes it/);
});

t.test("a membership that cannot be is refused with a reason", async (t) => {
  const bad: readonly [Membership, RegExp][] = [
    [{ ...of({}), epoch: 0 }, /epoch 0/],
    [{ epoch: 1, members: [], nextNodeId: 1 }, /no voter/],
    [of({ role: "learner" }), /no voter/],
    [of({ id: 0 as NodeId }), /member 0/],
    [of({ name: "" }), /without a name/],
    [of({ address: { host: "h", port: 0 } }), /port 0/],
    [of({ incarnation: new Uint8Array(3) }), /incarnation has 3/],
    [{ ...of({}), members: [...of({}).members, ...of({}).members] }, /member 1 after member 1/],
    [{ ...of({}), nextNodeId: 1 }, /next node id 1 after 1/],
    [{ ...of({}), nextNodeId: 1025 }, /next node id 1025/],
  ];
  for (const [membership, reason] of bad) t.match(decodeMembership(encodeMembership(membership)), reason);
});

t.test("damaged memberships are refused, not thrown over", async (t) => {
  survivesDamage(t, decodeMembership, fc.sample(membership, { numRuns: 100, seed: 1 }).map(encodeMembership));
});

function of(part: Partial<Member>): Membership {
  const member: Member = {
    id: 1 as NodeId,
    name: "n1",
    address: { host: "10.0.0.1", port: 7400 },
    role: "voter",
    incarnation: new Uint8Array(16),
  };
  return { epoch: 1, members: [{ ...member, ...part }], nextNodeId: 2 };
}
