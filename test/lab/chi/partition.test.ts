import t from "tap";
import { cutPairs } from "../../../src/lab/chi/partition.ts";

const texts = (members: readonly string[], groups: readonly (readonly string[])[]): readonly string[] =>
  cutPairs(members, groups).map(([from, to]) => `${from}>${to}`);

t.test("nothing passes between groups, everything within, and who is in none is alone", async (t) => {
  t.same(texts(["a", "b", "c"], [["a", "b"], ["c"]]), ["a>c", "b>c", "c>a", "c>b"]);
  t.same(texts(["a", "b", "c"], [["b", "c"]]), ["a>b", "a>c", "b>a", "c>a"]);
  t.same(texts(["a", "b", "c"], [["a"]]).length, 6);
  t.same(texts(["a", "b", "c"], [["a", "b", "c"]]), []);
});
