import t from "tap";
import { contradiction } from "./increments.ts";

const made = (value: number, invokedMs: number, answeredMs: number) => ({ value, invokedMs, answeredMs });

t.test(
  "numbers that were made once each, in the order of time or at the same time, contradict nothing",
  async (t) => {
    t.equal(contradiction([made(2, 0, 9), made(1, 5, 6), made(3, 8, 10)]), undefined);
    t.equal(contradiction([]), undefined);
  },
);

t.test("a number that is missing or made twice is found", async (t) => {
  t.match(contradiction([made(1, 0, 1), made(3, 2, 3)]), /increment 2 was answered with 3/);
  t.match(contradiction([made(1, 0, 1), made(1, 2, 3)]), /increment 2 was answered with 1/);
});

t.test("a number that is smaller than one answered before it was asked for is found", async (t) => {
  t.match(contradiction([made(2, 0, 1), made(1, 2, 3)]), /2 was answered before a smaller/);
});
