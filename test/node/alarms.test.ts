import t from "tap";
import { Alarms } from "../../src/node/alarms.ts";

function harness() {
  const logged: unknown[] = [];
  return { alarms: new Alarms((_level, _event, fields) => logged.push(fields["text"])), logged };
}

t.test("an alarm is logged once, and shown until what it is about is over", async (t) => {
  const { alarms, logged } = harness();
  alarms.raise("n2", "refused");
  alarms.raise("n2", "refused");
  t.strictSame([alarms.texts, logged], [["refused"], ["refused"]]);
  alarms.raise("n2", "refused again");
  t.strictSame(alarms.texts, ["refused again"], "one a subject");
  alarms.clear("n3");
  t.equal(alarms.texts.length, 1);
  alarms.clear("n2");
  t.strictSame(alarms.texts, []);
});

t.test("different alarms are bounded", async (t) => {
  const { alarms } = harness();
  for (let subject = 0; subject < 100; subject++) alarms.raise(String(subject), "text");
  t.ok(alarms.texts.length <= 32);
});
