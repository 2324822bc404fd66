import t from "tap";
import { healthRoutes } from "../../src/gateway/health-routes.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

t.test("a node is ready when it answers, knows a leader and reads are served", async (t) => {
  const { ask, world } = simulatedGateway(t);
  t.equal(healthRoutes({ version: "", node: "", address: { host: "127.0.0.1", port: 1 } }).length, 3);
  t.match(await ask("GET /livez"), { status: 200, text: "ok\n" });
  t.match(await ask("GET /readyz"), { status: 200, text: "ok\n" });
  t.match(await ask("GET /readyz?verbose"), {
    text: "[+] node ok\n[+] leader ok\n[+] read ok\nready\n",
  });
  t.match(await ask("GET /version"), { json: { version: "0.0.0", api: "v1", node: "n2" } });
  t.match(await ask("HEAD /livez"), { status: 200 });
  world.leader = undefined;
  t.match(await ask("GET /readyz"), { status: 503, text: /\[-\] leader: .*\n(?:.*\n)*not ready\n$/ });
  t.match(await ask("GET /readyz?exclude=leader"), { status: 200 });
  t.match(await ask("GET /readyz?exclude=nothing"), { status: 400 });
});
