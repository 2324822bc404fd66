import { createSocket } from "node:dgram";
import { createServer } from "node:net";

const HOST = "127.0.0.1";

/** Ports of 127.0.0.1 that nobody uses at this moment, all different. */
export async function freePorts(count: number, protocol: "udp" | "tcp" = "udp"): Promise<readonly number[]> {
  const holders = Array.from({ length: count }, protocol === "udp" ? heldUdpPort : heldTcpPort);
  const held = await Promise.all(holders);
  await Promise.all(held.map(({ release }) => release()));
  return held.map(({ port }) => port);
}

interface HeldPort {
  readonly port: number;
  readonly release: () => Promise<void>;
}

function heldUdpPort(): Promise<HeldPort> {
  const socket = createSocket("udp4");
  const release = (): Promise<void> => new Promise((resolve) => socket.close(() => resolve()));
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(0, HOST, () => resolve({ port: socket.address().port, release }));
  });
}

function heldTcpPort(): Promise<HeldPort> {
  const server = createServer();
  const release = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      resolve({ port: typeof address === "object" && address !== null ? address.port : 0, release });
    });
  });
}
