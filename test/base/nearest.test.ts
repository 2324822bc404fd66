import t from "tap";
import { nearestName } from "../../src/base/nearest.ts";

t.test("a slip of the finger finds the name that was meant", async (t) => {
  const names = ["endpoints", "timeout", "output", "limit"];
  t.equal(nearestName("timout", names), "timeout");
  t.equal(nearestName("tiemout", names), "timeout");
  t.equal(nearestName("endpoint", names), "endpoints");
  t.equal(nearestName("lmit", names), "limit");
});

t.test("what is like nothing gets no suggestion", async (t) => {
  t.equal(nearestName("frobnicate", ["get", "put"]), undefined);
  t.equal(nearestName("x", []), undefined);
});
