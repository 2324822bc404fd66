import t from "tap";
import { KeyTree } from "../../src/cli/key-tree.ts";

t.test("each folder is drawn once, before what is in it", async (t) => {
  const tree = new KeyTree();
  const keys = ["a", "a/", "a/b/c", "a/b/d", "a/e", "a0", "b//x", "b/y"];
  t.same(
    keys.flatMap((key) => tree.linesOf(key)),
    ["a", "a/", "  b/", "    c", "    d", "  e", "a0", "b/", "  /", "    x", "  y"],
  );
});
