import { createSocket } from "node:dgram";

/** The other end of the UDP round trip: sends every datagram back, and its port to the parent process. */
const socket = createSocket({
  type: "udp4",
  // Without this, every send would go through the resolver's thread.
  lookup: (host, _options, done) => done(null, host, 4),
});
socket.on("message", (datagram, from) => socket.send(datagram, from.port, from.address));
socket.bind(0, "127.0.0.1", () => process.send?.(socket.address().port));
process.on("disconnect", () => process.exit());
