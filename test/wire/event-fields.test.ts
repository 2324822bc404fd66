import t from "tap";
import { EVENTS_PAGE_MAX } from "../../src/base/limits.ts";
import { decodeReply } from "../../src/wire/client-codec.ts";
import { readEvents, readHistoryReply } from "../../src/wire/event-fields.ts";
import { encodePayload, MESSAGE_TYPE } from "../../src/wire/payload.ts";
import { kvd } from "../../src/wire/schema.generated.js";
import { text } from "../kv/test-state.ts";

const HEAD = { id: 1, applied: 1, revision: 9, servedBy: "n1", leader: null };
const EVENT = { key: text("a"), revision: 7, previousRevision: 5, record: null, previous: null };

function decoded(events: readonly kvd.Event.$Properties[], next = 8): unknown {
  const body = { ...HEAD, next, skip: 0, events: [...events] };
  return decodeReply(encodePayload(MESSAGE_TYPE.eventsReply, kvd.EventsReply, body));
}

t.test("events that no node tells are refused", async (t) => {
  t.match(decoded([EVENT]), { body: { events: [{ revision: 7, record: undefined }], next: 8 } });
  t.equal(decoded([{ ...EVENT, key: text("") }]), "an event without a key");
  t.equal(decoded([{ ...EVENT, revision: 0 }]), "revision 0 is not a positive integer");
  t.equal(decoded([{ ...EVENT, previousRevision: 7 }]), "changed at 7, and before at 7");
  t.equal(decoded([EVENT], 0), "next revision 0 is not a positive integer");
  t.match([readEvents, readHistoryReply], [Function, Function]);
});

t.test("a page of more events than a page may hold is refused before it costs memory", async (t) => {
  const crowd = Array.from({ length: EVENTS_PAGE_MAX + 10 }, () => EVENT);
  t.match(decoded(crowd), /more than \d+ fields/);
  const history = { ...HEAD, more: false, events: crowd };
  t.match(
    decodeReply(encodePayload(MESSAGE_TYPE.historyReply, kvd.HistoryReply, history)),
    /more than \d+ fields/,
  );
  t.match(decoded(crowd.slice(0, EVENTS_PAGE_MAX)), { body: { kind: "events" } });
});
