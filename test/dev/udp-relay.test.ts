import t from "tap";
import type { Address } from "../../src/base/seams.ts";
import { parseEndpoint } from "../../src/client/endpoint-text.ts";
import { UdpRelay } from "../../src/dev/udp-relay.ts";
import { openUdpNetwork } from "../../src/io/udp-network.ts";

interface Arrival {
  readonly text: string;
  readonly from: Address;
}

t.test(
  "a datagram to another's port of the relay comes from the sender's, unless the way is cut",
  async (t) => {
    const relay = await UdpRelay.open(["a", "b"]);
    t.teardown(() => relay.close());
    const sockets = await Promise.all([1, 2, 3].map(() => openUdpNetwork({ host: "127.0.0.1", port: 0 })));
    t.teardown(() => {
      for (const socket of sockets) socket.close();
    });
    const [a, b, stranger] = sockets as [(typeof sockets)[0], (typeof sockets)[0], (typeof sockets)[0]];
    relay.connect([a.local, b.local]);
    const [atA, atB] = relay.advertised.map((text) => parseEndpoint(text)) as [Address, Address];
    let wake = (_: Arrival): void => undefined;
    const next = (): Promise<Arrival> =>
      new Promise((resolve) => {
        wake = resolve;
      });
    for (const socket of [a, b]) {
      socket.onDatagram((datagram, from) => wake({ text: Buffer.from(datagram).toString(), from }));
    }
    const send = (text: string): void => a.send(atB, Buffer.from(text));

    let arrival = next();
    send("one");
    t.same(await arrival, { text: "one", from: atA });
    arrival = next();
    b.send(atA, Buffer.from("two"));
    t.same(await arrival, { text: "two", from: atB });

    relay.cutOnly([["a", "b"]]);
    arrival = next();
    send("lost");
    stranger.send(atA, Buffer.from("of nobody's"));
    b.send(atA, Buffer.from("three"));
    t.same((await arrival).text, "three", "the other way is open");
    relay.cutOnly([]);
    arrival = next();
    send("four");
    t.same((await arrival).text, "four");
  },
);
