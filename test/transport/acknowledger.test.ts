import t from "tap";
import { Acknowledger } from "../../src/transport/acknowledger.ts";

const SMALL = { bytes: 100, isEliciting: true };

t.test("an acknowledgement waits 5 ms for company", async (t) => {
  const acknowledger = new Acknowledger(1200);
  acknowledger.onReceived(0, SMALL, 100);
  t.ok(acknowledger.isPending);
  t.notOk(acknowledger.isDue(104));
  t.ok(acknowledger.isDue(105));
  acknowledger.write(new Uint8Array(100), 0, 105);
  t.notOk(acknowledger.isPending);
  t.notOk(acknowledger.isDue(1000));
});

t.test("it goes at once after two full packets, ten small ones, or a gap", async (t) => {
  const full = new Acknowledger(1200);
  full.onReceived(0, { bytes: 1200, isEliciting: true }, 0);
  t.notOk(full.isDue(0));
  full.onReceived(1, { bytes: 1200, isEliciting: true }, 0);
  t.ok(full.isDue(0));
  const small = new Acknowledger(1200);
  for (let number = 0; number < 9; number++) small.onReceived(number, SMALL, 0);
  t.notOk(small.isDue(0));
  small.onReceived(9, SMALL, 0);
  t.ok(small.isDue(0));
  const gap = new Acknowledger(1200);
  gap.onReceived(0, SMALL, 0);
  gap.onReceived(2, SMALL, 0);
  t.ok(gap.isDue(0));
});

t.test("packets that ask for nothing get no packet of their own", async (t) => {
  const acknowledger = new Acknowledger(1200);
  acknowledger.onReceived(0, { bytes: 100, isEliciting: false }, 0);
  t.notOk(acknowledger.isPending);
  t.notOk(acknowledger.isDue(1000));
  t.equal(acknowledger.largest, 0);
});
