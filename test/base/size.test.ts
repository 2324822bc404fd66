import t from "tap";
import { sizeBytes } from "../../src/base/size.ts";

t.test("sizes are written with their unit", async (t) => {
  for (const [text, bytes] of [
    ["512B", 512],
    ["64KiB", 65_536],
    ["1.5GiB", 1_610_612_736],
    [" 2TiB ", 2 ** 41],
  ] as const)
    t.equal(sizeBytes(text), bytes, text);
  for (const text of ["", "64", "64KB", "-1MiB", "1e3KiB", "99999999999TiB", "NaNB"])
    t.equal(sizeBytes(text), undefined, text);
});
