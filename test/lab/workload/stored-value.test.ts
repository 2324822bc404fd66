import t from "tap";
import { decodeTagged, encodeTagged } from "../../../src/lab/workload/stored-value.ts";

t.test("a value tells its tag, whatever its size", async (t) => {
  const sizes = new Set<number>();
  for (let count = 0; count < 2_000; count++) {
    const value = encodeTagged(`c1.${count}`);
    sizes.add(value.length);
    if (decodeTagged(value) !== `c1.${count}`) t.fail(`c1.${count} is not told`);
  }
  t.ok(Math.max(...sizes) > 50_000 && Math.min(...sizes) < 20, "sizes differ");
});

t.test("a value that is not whole has no put's tag", async (t) => {
  const value = encodeTagged("c1.17");
  t.match(decodeTagged(value.slice(0, -1)), /^damaged:/);
  const changed = Uint8Array.from(value);
  changed[value.length - 1] = 0;
  t.match(decodeTagged(changed), /^damaged:/);
  t.match(decodeTagged(new Uint8Array(0)), /^damaged:/);
});
