import t from "tap";
import { formatRequestId, parseRequestId } from "../../src/client/request-id.ts";

t.test("a request id survives being printed and typed", async (t) => {
  const id = {
    client: Uint8Array.from({ length: 16 }, (_, index) => index * 16),
    sequence: 19,
    deadlineMs: 12_345,
  };
  t.same(parseRequestId(formatRequestId(id)), id);
});

t.test("nothing else is taken for a request id", async (t) => {
  const client = "00".repeat(16);
  for (const text of [
    "",
    "a:1:2",
    `${client}:0:1`,
    `${client}:1`,
    `${client}:1:-1`,
    `${client}0:1:2`,
    `${client}:9999999999999999:1`,
  ]) {
    t.equal(parseRequestId(text), undefined, text);
  }
});
