import t from "tap";
import { Outbox } from "../../src/transport/outbox.ts";
import { SentPacket } from "../../src/transport/retransmit.ts";

function outbox(heldBytesMax = 10_000_000): Outbox {
  return new Outbox({ wholeBytesMax: 1000, pieceBytes: 1000, messageBytesMax: 1_000_000, heldBytesMax });
}

function pack(box: Outbox, bytes = 1100): SentPacket {
  const packet = new SentPacket();
  box.pack({ bytes: new Uint8Array(bytes), offset: 0, end: bytes }, packet);
  return packet;
}

t.test("what is lost goes again first, what is acknowledged never", async (t) => {
  const box = outbox();
  for (let count = 0; count < 30; count++) box.submit(new Uint8Array(90), undefined);
  const [first, second] = [pack(box), pack(box)];
  t.equal(first.messages.length, 11);
  box.onLost(first);
  box.onAcked(second);
  const third = pack(box);
  t.same(
    third.messages.map(({ id }) => id),
    first.messages.map(({ id }) => id),
  );
  box.onAcked(third);
  box.onAcked(pack(box));
  t.notOk(box.hasWork());
  t.equal(box.heldBytes, 0);
});

t.test("a message that is refused leaves no trace", async (t) => {
  const box = outbox(1000);
  t.notOk(box.submit(new Uint8Array(1_000_001), undefined));
  t.ok(box.submit(new Uint8Array(800), undefined));
  const held = box.heldBytes;
  t.notOk(box.submit(new Uint8Array(800), undefined));
  t.equal(box.heldBytes, held);
  box.onAcked(pack(box));
  t.equal(box.heldBytes, 0);
});

t.test("pieces and whole messages take turns", async (t) => {
  const box = outbox();
  box.submit(new Uint8Array(50_000), undefined);
  for (let count = 0; count < 100; count++) box.submit(new Uint8Array(900), undefined);
  const kinds = Array.from({ length: 20 }, () => (pack(box).parts[0] === -1 ? "whole" : "piece"));
  t.equal(kinds.filter((kind) => kind === "whole").length, 10);
});

t.test("a withdrawn message is neither sent nor sent again, and later ones are not meant", async (t) => {
  const box = outbox();
  box.submit(new Uint8Array(900), { epoch: 1, position: 5 });
  const lost = pack(box);
  box.submit(new Uint8Array(900), { epoch: 1, position: 6 });
  box.withdraw({ epoch: 1, position: 7 });
  box.onLost(lost);
  t.notOk(box.hasWork());
  t.equal(box.heldBytes, 0);
  box.submit(new Uint8Array(900), { epoch: 0, position: 0 });
  t.ok(box.hasWork());
});

t.test("an unacknowledged message holds back those that would fall out of the peer's filter", async (t) => {
  const box = outbox(100_000_000);
  box.submit(new Uint8Array(1), undefined);
  const stuck = pack(box, 100);
  for (let count = 0; count < 70_000; count++) box.submit(new Uint8Array(1), undefined);
  let last = 0;
  while (box.hasWork()) {
    const packet = pack(box, 60_000);
    last = packet.messages.at(-1)?.id ?? 0;
    box.onAcked(packet);
  }
  t.equal(last, 65_535);
  box.onAcked(stuck);
  t.ok(box.hasWork());
});
