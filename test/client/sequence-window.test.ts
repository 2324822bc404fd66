import t from "tap";
import { RESULT_GRACE_MS } from "../../src/base/limits.ts";
import { SequenceWindow } from "../../src/client/sequence-window.ts";

t.test("acknowledged is the end of the finished prefix", async (t) => {
  const window = new SequenceWindow();
  const [one, two, three] = [window.next(), window.next(), window.next()];
  window.finish(two);
  t.equal(window.acknowledged, 0);
  window.finish(one);
  t.equal(window.acknowledged, 2);
  window.finish(three);
  t.equal(window.acknowledged, 3);
});

t.test("a doubtful sequence holds it back until the cluster itself forgets", async (t) => {
  const window = new SequenceWindow();
  const one = window.next();
  window.finish(window.next());
  window.doubt(one, 1_000);
  window.expire(1_000 + RESULT_GRACE_MS);
  t.equal(window.acknowledged, 0);
  window.expire(1_001 + RESULT_GRACE_MS);
  t.equal(window.acknowledged, 2);
});

t.test("a sequence finishes once", async (t) => {
  const window = new SequenceWindow();
  const one = window.next();
  window.finish(one);
  t.throws(() => window.finish(one), /I20/);
  t.throws(() => window.finish(5), /I20/);
});
