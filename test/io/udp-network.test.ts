import t from "tap";
import type { Address } from "../../src/base/seams.ts";
import { BindError, openUdpNetwork, type UdpNetwork } from "../../src/io/udp-network.ts";

async function pairOf(t: { teardown(action: () => void): unknown }, host: string): Promise<UdpNetwork[]> {
  const networks = [await openUdpNetwork({ host, port: 0 }), await openUdpNetwork({ host, port: 0 })];
  t.teardown(() => {
    for (const network of networks) network.close();
  });
  return networks;
}

function received(network: UdpNetwork, count: number): Promise<{ bytes: Uint8Array; from: Address }[]> {
  return new Promise((resolve) => {
    const datagrams: { bytes: Uint8Array; from: Address }[] = [];
    network.onDatagram((bytes, from) => {
      datagrams.push({ bytes, from });
      if (datagrams.length === count) resolve(datagrams);
    });
  });
}

for (const host of ["127.0.0.1", "::1"]) {
  t.test(`${host}: the buffer may be changed as soon as send returns`, async (t) => {
    const [a, b] = (await pairOf(t, host)) as [UdpNetwork, UdpNetwork];
    const arrived = received(b, 20);
    const buffer = new Uint8Array(61_440);
    for (let index = 0; index < 20; index++) {
      buffer.fill(index);
      a.send(b.local, buffer.subarray(0, 1000));
    }
    buffer.fill(99);
    for (const [index, { bytes, from }] of (await arrived).entries()) {
      t.ok(bytes.length === 1000 && bytes.every((byte) => byte === index));
      t.same(from, a.local);
    }
    t.match([a.counters, b.counters], [{ sentBytes: 20_000 }, { sentBytes: 0, receivedBytes: 20_000 }]);
  });
}

t.test("the receive buffer that was granted is known", async (t) => {
  const [a] = (await pairOf(t, "127.0.0.1")) as [UdpNetwork];
  t.ok(a.receiveBufferBytes >= 212_992);
});

t.test("errors of single datagrams are counted, never thrown, and the socket goes on", async (t) => {
  const [a, b] = (await pairOf(t, "127.0.0.1")) as [UdpNetwork, UdpNetwork];
  const gone = await openUdpNetwork({ host: "127.0.0.1", port: 0 });
  gone.close();
  gone.close();
  gone.send(a.local, Uint8Array.of(1));
  const arrived = received(b, 1);
  for (let count = 0; count < 50; count++) a.send(gone.local, Uint8Array.of(1));
  a.send({ host: "127.0.0.1", port: 0 }, Uint8Array.of(1));
  a.send({ host: "no address", port: 9 }, Uint8Array.of(1));
  a.send({ host: "::1", port: 9 }, Uint8Array.of(1));
  a.send(b.local, new Uint8Array(65_508));
  a.send(b.local, Uint8Array.of(7));
  t.same((await arrived)[0]?.bytes, Buffer.of(7));
  t.ok(a.counters.sendErrors >= 3, `${a.counters.sendErrors}`);
});

t.test("an address that cannot be had is refused with its reason", async (t) => {
  const [a] = (await pairOf(t, "127.0.0.1")) as [UdpNetwork];
  const cases: readonly (readonly [Address, string])[] = [
    [a.local, "EADDRINUSE"],
    [{ host: "192.0.2.77", port: 0 }, "EADDRNOTAVAIL"],
    [{ host: "localhost", port: 0 }, "EINVAL"],
  ];
  for (const [address, code] of cases) {
    const error: unknown = await openUdpNetwork(address).then(
      (network) => network.close(),
      (cause: unknown) => cause,
    );
    t.ok(error instanceof BindError);
    t.match(error, { code, address });
  }
});
