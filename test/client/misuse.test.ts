import t from "tap";
import { positiveRevision, refuseUnfit, wholeNumber } from "../../src/client/misuse.ts";

t.test("what is not known is refused, with what may have been meant", async (t) => {
  t.throws(() => refuseUnfit("option", { toString: true }, {}), /^unknown option toString$/);
  t.throws(
    () => refuseUnfit("part", { frist: 1 }, { first: true }),
    /unknown part frist; did you mean first\?/,
  );
  t.doesNotThrow(() => refuseUnfit("option", { first: undefined }, { first: true }));
  t.doesNotThrow(() => refuseUnfit("option", {}, {}));
});

t.test("a number that is none of the whole ones is refused before it is sent", async (t) => {
  for (const bad of [-1, 0.5, Number.NaN, 2 ** 53])
    t.throws(() => wholeNumber(bad, "n"), /n is .*whole number/);
  t.equal(wholeNumber(0, "n"), 0);
  t.throws(() => positiveRevision(0), /count from 1/);
});
