import t from "tap";
import { courseOf } from "./flatness.ts";

const MIB = 2 ** 20;
const ramp = (from: number, to: number): readonly number[] =>
  Array.from({ length: 100 }, (_, index) => from + ((to - from) * index) / 99);

t.test("what fills in the first quarter and then stays is flat", async (t) => {
  const values = [...ramp(0, 100 * MIB).slice(0, 25), ...Array.from({ length: 75 }, () => 100 * MIB)];
  const course = courseOf("stateFile", values);
  t.equal(course.isFlat, true);
  t.equal(course.quarters[1], course.quarters[3]);
  t.equal(course.max, 100 * MIB);
});

t.test("what goes on growing is not flat", async (t) => {
  t.equal(courseOf("anonymous", ramp(100 * MIB, 200 * MIB)).isFlat, false);
  t.equal(courseOf("descriptors", ramp(40, 60)).isFlat, false);
  t.equal(courseOf("logFile", ramp(10 * MIB, 30 * MIB)).isFlat, false);
});

t.test("a single high sample is no growth, and what is not judged may grow", async (t) => {
  const values = ramp(40, 40).map((value, index) => (index === 90 ? 4_000 : value));
  t.equal(courseOf("descriptors", values).isFlat, true);
  t.equal(courseOf("loopDelayP99Ms", ramp(1, 900)).isFlat, true);
});

t.test("a figure that is missing is not flat", async (t) => {
  t.equal(courseOf("heapUsed", ramp(Number.NaN, Number.NaN)).isFlat, false);
});
