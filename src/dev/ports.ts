import { createSocket } from "node:dgram";

const HOST = "127.0.0.1";

/** UDP ports of 127.0.0.1 that nobody uses at this moment, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const sockets = Array.from({ length: count }, () => createSocket("udp4"));
  try {
    return await Promise.all(
      sockets.map(
        (socket) =>
          new Promise<number>((resolve, reject) => {
            socket.once("error", reject);
            socket.bind(0, HOST, () => resolve(socket.address().port));
          }),
      ),
    );
  } finally {
    for (const socket of sockets) socket.close();
  }
}
