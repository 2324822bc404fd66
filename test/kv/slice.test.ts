import t from "tap";
import { rowBytes } from "../../src/kv/slice.ts";
import { changeRows, record } from "./test-rows.ts";

t.test("a value counts once, though its key's row and its change hold it", async (t) => {
  const bytesOf = (valueBytes: number) =>
    changeRows("k", record(1, valueBytes)).reduce((bytes, row) => bytes + rowBytes(row), 0);
  t.equal(bytesOf(5000) - bytesOf(0), 5000);
});
