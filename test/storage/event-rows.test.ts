import t from "tap";
import { countDeletes, decodeEvents, decodeTombstone, encodeEvents } from "../../src/storage/event-rows.ts";
import { LayoutError } from "../../src/storage/layout.ts";

const EVENTS = [
  {
    key: Uint8Array.of(1),
    revision: 2 ** 40,
    record: {
      value: Uint8Array.of(7, 8),
      createRevision: 5,
      modRevision: 2 ** 40,
      version: 3,
      leaseId: 2 ** 50,
    },
    previousRevision: 2 ** 39,
  },
  { key: Uint8Array.of(0xff, 0), revision: 2 ** 40 + 1, record: undefined, previousRevision: 0 },
];

t.test(
  "changes are read as they were written, and their deletes are counted without reading them",
  async (t) => {
    const row = encodeEvents(EVENTS, 9);
    t.same(row.subarray(0, 9), new Uint8Array(9));
    const body = row.subarray(9);
    t.same(decodeEvents(body), EVENTS);
    t.equal(countDeletes(body), 1);
  },
);

t.test("a body that ends early, or late, is refused", async (t) => {
  const body = encodeEvents(EVENTS);
  for (let length = 0; length < body.length; length++)
    t.throws(() => decodeEvents(body.subarray(0, length)), LayoutError);
  t.throws(() => decodeEvents(Uint8Array.of(...body, 0)), LayoutError);
  t.throws(() => decodeTombstone(new Uint8Array(7)), LayoutError);
});
