import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { slot } from "../../src/base/ids.ts";
import { MESSAGE_BYTES_MAX, TICK_MS } from "../../src/base/limits.ts";
import type { Address } from "../../src/base/seams.ts";
import { isLoopback } from "../../src/client/links.ts";
import { SystemClock } from "../../src/io/system-clock.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import { SystemRandom } from "../../src/io/system-random.ts";
import { openUdpNetwork } from "../../src/io/udp-network.ts";
import type { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { Endpoint } from "../../src/transport/endpoint.ts";
import type { LinkId } from "../../src/transport/service.ts";
import { encodeRequest } from "../../src/wire/client-codec.ts";
import type { Request } from "../../src/wire/client-messages.ts";
import { encodeCommand } from "../../src/wire/command-codec.ts";
import { encodeHello } from "../../src/wire/hello-codec.ts";

const PAYLOAD_TYPE_MAX = 128;
/** So many per turn: more would only wait in the link's queue. */
const PER_TURN = 20;
const UP_MS_MAX = 5_000;

/**
 * A client whose transport is right and whose every message is wrong: `count` of them reach the node's
 * decoders on a link of good standing. Answers how many it took.
 */
export async function sendGarbled(node: Address, count: number, random: SeededRandom): Promise<number> {
  const network = await openUdpNetwork({ host: "127.0.0.1", port: 0 });
  const clock = new SystemClock();
  let link: LinkId | undefined;
  let isUp = false;
  const endpoint = new Endpoint(
    {
      receiveBufferBytes: network.receiveBufferBytes,
      linksMax: 4,
      messageBytesMax: MESSAGE_BYTES_MAX,
      isSameHost: isLoopback,
      idleTimeoutMs: 5_000,
    },
    {
      random: new SystemRandom(),
      crypto: new SystemCrypto(),
      transmit: (to, datagram) => network.send(to, datagram),
      handler: {
        admit: () => ({ kind: "ignore" }),
        onUp: () => {
          isUp = true;
        },
        onPayload: () => undefined,
        onDown: () => {
          isUp = false;
          link = undefined;
        },
      },
    },
  );
  network.onDatagram((datagram, from) => endpoint.receive(datagram, from, clock.nowMs()));
  let taken = 0;
  let waitedMs = 0;
  while (taken < count && waitedMs < UP_MS_MAX) {
    link ??= endpoint.connect(
      node,
      encodeHello({ kind: "client", clusterId: new Uint8Array(0) }),
      clock.nowMs(),
    );
    for (let turn = 0; isUp && turn < PER_TURN && taken < count; turn++) {
      if (endpoint.sendMessage(link, garbled(random))) taken += 1;
    }
    endpoint.tick(clock.nowMs());
    endpoint.flush(clock.nowMs());
    await sleep(isUp ? 1 : TICK_MS);
    waitedMs = isUp ? 0 : waitedMs + TICK_MS;
  }
  if (link !== undefined) endpoint.close(link);
  endpoint.flush(clock.nowMs());
  network.close();
  return taken;
}

/** A request with some bytes changed, cut short or lengthened, or under the type of another message. */
function garbled(random: SeededRandom): Uint8Array {
  const payload = Uint8Array.from(encodeRequest(anyRequest(random)));
  switch (random.below(5)) {
    case 0:
      return payload.slice(0, random.below(payload.length));
    case 1:
      return Uint8Array.from([...payload, ...random.bytes(random.between(1, 20))]);
    case 2:
      // Among them what only members may say to each other.
      payload[0] = random.below(PAYLOAD_TYPE_MAX);
      return payload;
    case 3:
      return random.bytes(random.below(100));
    default:
      for (let change = random.between(1, 4); change > 0; change--) {
        payload[random.below(payload.length)] = random.below(256);
      }
      return payload;
  }
}

function anyRequest(random: SeededRandom): Request {
  const id = random.below(2 ** 32);
  const timeoutMs = 100;
  const key = new TextEncoder().encode("fuzz/garbled");
  switch (random.below(5)) {
    case 0: {
      const identity = { client: randomBytes(16), sequence: 1, acknowledged: 0, deadlineMs: 1_000_000 };
      const value = random.bytes(random.below(60));
      const command = encodeCommand(identity, { kind: "put", key, value, previous: true });
      return { kind: "mutate", id, timeoutMs, command, forwarded: random.isLucky(0.5) };
    }
    case 1:
      return {
        kind: "get",
        id,
        timeoutMs,
        key,
        consistency: { level: "sequential", token: slot(random.below(1_000)) },
      };
    case 2:
      return {
        kind: "range",
        id,
        timeoutMs,
        start: key,
        end: random.isLucky(0.5) ? undefined : Uint8Array.of(0xff),
        limit: random.between(1, 100),
        bytesMax: 1_000,
        keysOnly: random.isLucky(0.5),
        consistency: { level: "linearizable" },
      };
    case 3:
      return { kind: "status", id };
    default:
      return { kind: "ping", id };
  }
}
