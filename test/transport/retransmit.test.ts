import t from "tap";
import { AckBlock, AckRanges } from "../../src/transport/ack-ranges.ts";
import { SentPacket, SentPackets } from "../../src/transport/retransmit.ts";

function block(...numbers: number[]): AckBlock {
  const ranges = new AckRanges();
  for (const number of numbers) ranges.add(number);
  const bytes = new Uint8Array(100);
  const read = new AckBlock();
  read.read(bytes.subarray(0, ranges.write(bytes, 0, 0)), 0);
  return read;
}

function send(packets: SentPackets, sentMs: number): void {
  const packet = new SentPacket();
  packet.number = packets.next;
  packet.sentMs = sentMs;
  packet.bytes = 100;
  packet.charge = 832;
  packets.add(packet);
}

t.test("a packet is acknowledged once and leaves nothing in flight", async (t) => {
  const packets = new SentPackets();
  for (let count = 0; count < 1000; count++) {
    send(packets, count);
    packets.add(undefined);
  }
  t.equal(packets.bytes, 100_000);
  const acked: number[] = [];
  const note = (packet: SentPacket) => acked.push(packet.number);
  packets.acknowledge(block(998, 999, 1000), note);
  packets.acknowledge(block(998, 999, 1000), note);
  t.same(acked, [1000, 998]);
  for (let number = 0; number < 2000; number++) packets.acknowledge(block(number), note);
  t.equal(new Set(acked).size, 1000);
  t.equal(packets.bytes, 0);
  t.equal(packets.charge, 0);
  t.equal(packets.oldest, undefined);
  t.equal(packets.next, 2000);
});

t.test("three later acknowledgements, or time, make a packet lost", async (t) => {
  const packets = new SentPackets();
  for (let number = 0; number < 6; number++) send(packets, number);
  const lost: number[] = [];
  packets.acknowledge(block(4), () => {});
  packets.detectLost(-1, (packet) => lost.push(packet.number));
  t.same(lost, [0, 1]);
  packets.detectLost(2, (packet) => lost.push(packet.number));
  t.same(lost, [0, 1, 2]);
  packets.detectLost(100, (packet) => lost.push(packet.number));
  t.same(lost, [0, 1, 2, 3], "a packet newer than every acknowledged one is not judged");
  t.equal(packets.oldest?.number, 5);
  t.equal(packets.takeOldest()?.number, 5);
  t.equal(packets.takeOldest(), undefined);
});

t.test("an acknowledgement of what was never sent is impossible", async (t) => {
  const packets = new SentPackets();
  t.ok(packets.isImpossible(block(0)));
  send(packets, 0);
  t.notOk(packets.isImpossible(block(0)));
  t.ok(packets.isImpossible(block(1)));
  t.notOk(packets.isImpossible(new AckBlock()));
});
