// What the threads of threadPool.test.ts run.
import { workerData } from "node:worker_threads";
import { DataError, PstarError } from "../../dist/core/errors.js";
import { answerTasks } from "../../dist/threads/tasks.js";

class OwnFault extends Error {
  name = "OwnFault";
  place = 7;
}

const { beats } = workerData;
Atomics.add(beats, 0, 1); // threads that were started

const answers = answerTasks(
  async ({ kind, bytes }) => {
    if (kind === "data") throw new DataError("no rows", { field: "rows", expected: "some", got: [0], line: 3 });
    if (kind === "base") throw new PstarError("base");
    if (kind === "own") throw new OwnFault("own");
    if (kind === "bug") throw new TypeError("a bug");
    if (kind === "die") process.exit(3);
    for (; kind === "endless"; ) Atomics.add(beats, 1, 1);
    if (kind === "move") return { bytes, byteLength: bytes.byteLength };
    return { answer: 42 };
  },
  { transfer: (result) => (result.bytes ? [result.bytes.buffer] : []), errors: [OwnFault] },
);

// What is still to be evaluated when the tasks are known takes a while.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
Atomics.wait(beats, 3, 1);
Atomics.add(beats, 2, 1); // threads that were evaluated to their end

export default answers;
