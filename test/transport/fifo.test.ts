import t from "tap";
import { Fifo } from "../../src/transport/fifo.ts";

t.test("what goes in first comes out first, however long it runs", async (t) => {
  const fifo = new Fifo<number>();
  let next = 0;
  let expected = 0;
  for (let round = 0; round < 500; round++) {
    for (let count = 0; count < 7; count++) fifo.push(next++);
    for (let count = 0; count < 6; count++) {
      t.equal(fifo.peek(), expected);
      t.equal(fifo.shift(), expected++);
    }
    t.equal(fifo.length, next - expected);
  }
  fifo.filter((value) => value % 2 === 0);
  t.equal(fifo.peek(), expected % 2 === 0 ? expected : expected + 1);
  while (fifo.length > 0) t.equal((fifo.shift() ?? 1) % 2, 0);
  t.equal(fifo.shift(), undefined);
});
