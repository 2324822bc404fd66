import t from "tap";
import type { Address } from "../../src/base/seams.ts";
import { parseEndpoint } from "../../src/client/endpoint-text.ts";
import { UdpRelay } from "../../src/dev/udp-relay.ts";
import { openUdpNetwork, type UdpNetwork } from "../../src/io/udp-network.ts";
import { SeededRandom } from "../../src/lab/world/seeded-random.ts";

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

t.test("a client that is admitted reaches each node, and is answered, by the relay's ports", async (t) => {
  const relay = await UdpRelay.open(["a"]);
  t.teardown(() => relay.close());
  const [node, client, other] = (await Promise.all(
    [1, 2, 3].map(() => openUdpNetwork({ host: "127.0.0.1", port: 0 })),
  )) as [UdpNetwork, UdpNetwork, UdpNetwork];
  t.teardown(() => {
    for (const socket of [node, client, other]) socket.close();
  });
  relay.connect([node.local]);
  relay.admitClients();
  const [door] = relay.advertised.map((text) => parseEndpoint(text)) as [Address];
  node.onDatagram((datagram, from) => node.send(from, Buffer.from(`${Buffer.from(datagram)} again`)));
  const answerTo = (socket: UdpNetwork, text: string): Promise<Arrival> => {
    const arrival = new Promise<Arrival>((resolve) => {
      socket.onDatagram((datagram, from) => resolve({ text: Buffer.from(datagram).toString(), from }));
    });
    socket.send(door, Buffer.from(text));
    return arrival;
  };
  t.same(await answerTo(client, "one"), { text: "one again", from: door });
  t.same(await answerTo(other, "two"), { text: "two again", from: door });
});

t.test("of what passes, as large a share is lost as was asked for", async (t) => {
  const relay = await UdpRelay.open(["a", "b"]);
  t.teardown(() => relay.close());
  const [a, b] = (await Promise.all([1, 2].map(() => openUdpNetwork({ host: "127.0.0.1", port: 0 })))) as [
    UdpNetwork,
    UdpNetwork,
  ];
  t.teardown(() => {
    a.close();
    b.close();
  });
  relay.connect([a.local, b.local]);
  const [, atB] = relay.advertised.map((text) => parseEndpoint(text)) as [Address, Address];
  let passed = 0;
  const last = new Promise<void>((resolve) => {
    b.onDatagram((datagram) => {
      passed += 1;
      if (Buffer.from(datagram).toString() === "last") resolve();
    });
  });
  relay.lose({ share: 0.3, random: new SeededRandom(1) });
  for (let sent = 0; sent < 100; sent++) a.send(atB, Buffer.from("any"));
  const resend = setInterval(() => a.send(atB, Buffer.from("last")), 20);
  await last;
  clearInterval(resend);
  t.ok(passed < 90, `${passed} of 101 passed`);
  t.ok(passed > 50);
});
