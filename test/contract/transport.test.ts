import t from "tap";
import { PlainTransport } from "../../src/lab/world/plain-transport.ts";
import { Endpoint } from "../../src/transport/endpoint.ts";
import { transportContract } from "./transport-contract.ts";

t.test("endpoint", async (t) => {
  transportContract(t, (options, deps) => new Endpoint(options, deps));
});

t.test("plain", async (t) => {
  transportContract(t, (options, deps) => new PlainTransport(options, deps));
});
