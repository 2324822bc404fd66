import t from "tap";
import { BULK_ACTIVE_MAX, MEDIUM_BYTES_MAX } from "../../src/transport/fragment.ts";
import { FragmentSender } from "../../src/transport/fragment-sender.ts";
import { Outgoing } from "../../src/transport/outgoing.ts";
import { PART_ABANDON, SentPacket } from "../../src/transport/retransmit.ts";
import { WithdrawMarks } from "../../src/transport/withdraw-marks.ts";

class Bench {
  readonly marks = new WithdrawMarks();
  readonly released: number[] = [];
  readonly sender = new FragmentSender(1000, this.marks, (message) => this.released.push(message.order));
  #order = 0;

  submit(bytes: number, position = 0): void {
    this.sender.submit(new Outgoing(new Uint8Array(bytes), this.#order++, { epoch: 0, position }));
  }

  withdraw(position: number): void {
    this.marks.raise({ epoch: 0, position }, this.#order);
    this.sender.onWithdrawn();
  }

  /** The order of the message whose piece is sent next, and the piece; undefined when there is none. */
  next(): { order: number; part: number; packet: SentPacket } | undefined {
    const packet = new SentPacket();
    const room = { bytes: new Uint8Array(1100), offset: 0, end: 1100 };
    this.sender.packAbandons(room, packet);
    if (packet.messages.length === 0) this.sender.packOne(room, packet);
    const message = packet.messages[0];
    return message === undefined
      ? undefined
      : { order: message.order, part: packet.parts[0] as number, packet };
  }

  ack(packet: SentPacket): void {
    for (const [index, message] of packet.messages.entries()) {
      this.sender.onAcked(message, packet.parts[index] as number);
    }
  }

  lose(packet: SentPacket): void {
    for (const [index, message] of packet.messages.entries()) {
      this.sender.onLost(message, packet.parts[index] as number);
    }
  }
}

t.test("messages under way take turns, and no more bulk starts than the receiver holds", async (t) => {
  const bench = new Bench();
  for (let count = 0; count < 4; count++) bench.submit(MEDIUM_BYTES_MAX + 1);
  bench.submit(2000);
  const orders = Array.from({ length: 30 }, () => bench.next()?.order);
  t.equal(new Set(orders).size, BULK_ACTIVE_MAX + 1);
  t.ok(orders.indexOf(4) < 3, "the short one does not wait for the long ones");
});

t.test("only lost pieces are sent again, and the last acknowledgement ends it", async (t) => {
  const bench = new Bench();
  bench.submit(4500);
  const sent = Array.from({ length: 5 }, () => bench.next());
  t.equal(bench.next(), undefined);
  t.notOk(bench.sender.hasWork());
  const packets = sent.map((one) => one?.packet as SentPacket);
  bench.lose(packets[3] as SentPacket);
  for (const index of [0, 1, 2, 4]) bench.ack(packets[index] as SentPacket);
  t.same(bench.released, []);
  const again = bench.next();
  t.equal(again?.part, 3);
  bench.ack(again?.packet as SentPacket);
  t.same(bench.released, [0]);
  t.notOk(bench.sender.hasWork());
});

t.test("a withdrawn message keeps its place until the peer knows", async (t) => {
  const bench = new Bench();
  for (let position = 0; position < 4; position++) bench.submit(MEDIUM_BYTES_MAX + 1, position);
  bench.next();
  bench.next();
  bench.withdraw(2);
  t.same(bench.released, [0, 1]);
  const told = bench.next();
  t.same(told?.packet.parts, [PART_ABANDON, PART_ABANDON]);
  t.equal(bench.next(), undefined, "its place is still taken at the peer");
  bench.lose(told?.packet as SentPacket);
  const toldAgain = bench.next();
  t.same(toldAgain?.packet.parts, [PART_ABANDON, PART_ABANDON]);
  bench.ack(toldAgain?.packet as SentPacket);
  t.equal(bench.next()?.order, 2);
});

t.test("what is withdrawn before it started is forgotten without a word", async (t) => {
  const bench = new Bench();
  for (let position = 0; position < 3; position++) bench.submit(MEDIUM_BYTES_MAX + 1, position);
  bench.withdraw(3);
  t.equal(bench.next(), undefined);
  t.same(bench.released.sort(), [0, 1, 2]);
  bench.submit(2000, 3);
  bench.withdraw(4);
  bench.sender.purge();
  t.equal(bench.released.length, 4);
});
