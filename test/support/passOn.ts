import { createServer } from "node:net";
import { join } from "node:path";
import { pstar } from "./inProcess.js";

/**
 * Lets scripts run pstar in this process: what such a script takes for bin.js, and the environment that this needs. They must
 * run one after the other.
 *
 * @param folder For the socket.
 */
export async function passOn(folder: string): Promise<{ bin: string; env: Record<string, string>; end: () => void }> {
  const path = join(folder, "socket");
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let asked = "";
    socket.setEncoding("utf8").on("data", (text) => (asked += text));
    socket.on("end", async () => {
      const { args, cwd } = JSON.parse(asked);
      socket.end(JSON.stringify(await pstar(args, { cwd })));
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    bin: join(import.meta.dirname, "passedOn.mjs"),
    env: { PSTAR_PASS_ON: path },
    end: () => server.close(),
  };
}
