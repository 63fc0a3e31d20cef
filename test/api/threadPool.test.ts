import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { DataError, PstarError } from "../../dist/index.js";
import { threadsLoad } from "../../dist/threads/loading.js";
import { WorkerPool } from "../../dist/threads/pool.js";
import { shortOrLong } from "../support/edition.js";

/** An error of the caller's own; the threads have a class of the same name. */
class OwnFault extends Error {}

interface Task {
  kind: string;
  bytes?: Uint8Array;
}

const open: WorkerPool<Task, object>[] = [];
/**
 * Threads that were started, rounds of the endless task, threads whose modules were evaluated to their end, and whether threads
 * are held before that.
 */
const beats = new Int32Array(new SharedArrayBuffer(16));

function poolOf(threads: number, signal?: AbortSignal, held = false): WorkerPool<Task, object> {
  const module = new URL("../support/poolTasks.mjs", import.meta.url);
  beats.fill(0);
  beats[3] = Number(held);
  const pool = new WorkerPool<Task, object>({ module, threads, workerData: { beats }, signal, errors: { OwnFault } });
  open.push(pool);
  return pool;
}

afterEach(() => Promise.all(open.splice(0).map((pool) => pool.close())));

async function failure(pool: WorkerPool<Task, object>, kind: string): Promise<Error> {
  return pool.run({ kind }).then(
    () => expect.fail("the task has a value"),
    (error) => error,
  );
}

async function endlessBegun(): Promise<void> {
  while (Atomics.load(beats, 1) === 0) await pause(5);
}

describe("a pool of threads", () => {
  it("returns values, and moves memory there and back", async () => {
    const pool = poolOf(2);
    expect(await Promise.all(Array.from({ length: 9 }, () => pool.run({ kind: "" })))).toEqual(
      Array(9).fill({ answer: 42 }),
    );
    const bytes = new Uint8Array([1, 2, 3]);
    const back = pool.run({ kind: "move", bytes }, [bytes.buffer]);
    expect(bytes.byteLength).toBe(0);
    expect(await back).toEqual({ bytes: new Uint8Array([1, 2, 3]), byteLength: 3 });
  });

  it("keeps the class and the properties of errors", async () => {
    const pool = poolOf(1);
    const data = await failure(pool, "data");
    expect(data).toBeInstanceOf(DataError);
    expect(data).toMatchObject({ name: "DataError", message: "no rows", field: "rows", expected: "some", line: 3 });
    expect(data).toHaveProperty("got", [0]);
    expect(data.stack).toContain("poolTasks.mjs");
    expect(Object.getPrototypeOf(await failure(pool, "base"))).toBe(PstarError.prototype);
    const own = await failure(pool, "own");
    expect(own).toBeInstanceOf(OwnFault);
    expect(own).toMatchObject({ message: "own", place: 7 });
    expect(await failure(pool, "bug")).toBeInstanceOf(TypeError);
  });

  it("goes on with a new thread when one has died", async () => {
    const pool = poolOf(1);
    expect((await failure(pool, "die")).message).toContain("exited with code: 3");
    expect(await pool.run({ kind: "" })).toEqual({ answer: 42 });
  });

  it("rejects at once with the reason of an abort, and stops a thread amid its task", async () => {
    const controller = new AbortController();
    const pool = poolOf(1, controller.signal);
    const tasks = [pool.run({ kind: "endless" }), pool.run({ kind: "" })];
    await endlessBegun();
    const reason = new Error("enough");
    controller.abort(reason);
    for (const task of tasks) await expect(task).rejects.toBe(reason);
    await pool.close();
    const rounds = Atomics.load(beats, 1);
    await pause(20);
    expect(Atomics.load(beats, 1)).toBe(rounds);
    await expect(pool.run({ kind: "" })).rejects.toBe(reason);
  });

  it("starts no thread after its end", async () => {
    const pool = poolOf(2);
    await pool.run({ kind: "" });
    await pool.close();
    expect(pool.closed).toBe(true);
    expect(Atomics.load(beats, 0)).toBe(2);
    await expect(pool.run({ kind: "" })).rejects.toThrow("the worker threads were stopped");
    await pause(100);
    expect(Atomics.load(beats, 0)).toBe(2);
  });

  it("stops no thread before its modules are evaluated, as Node can crash then", async () => {
    const pool = poolOf(2);
    await pool.close();
    expect(Atomics.load(beats, 0)).toBe(2);
    expect(Atomics.load(beats, 2)).toBe(2);
  });

  it("waits for no thread that loads once it is aborted, and stops it when it has loaded", async () => {
    const controller = new AbortController();
    const pool = poolOf(2, controller.signal, true);
    const task = pool.run({ kind: "" });
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(task).rejects.toBe(reason);
    await pool.close();
    expect([threadsLoad(), beats[2]]).toEqual([true, 0]);
    Atomics.store(beats, 3, 0);
    Atomics.notify(beats, 3);
    await expect.poll(() => threadsLoad()).toBe(false);
    expect(beats[2]).toBe(2);
  });

  it("can be stopped while its threads start", async () => {
    for (let i = 0; i < shortOrLong(2, 5); i++) {
      const pool = poolOf(2);
      const task = pool.run({ kind: "" });
      const ended = expect(task).rejects.toThrow("the worker threads were stopped");
      await Promise.all([pool.close(), ended]);
    }
    await expect(poolOf(1, AbortSignal.abort(new Error("too late"))).run({ kind: "" })).rejects.toThrow("too late");
  });
});
