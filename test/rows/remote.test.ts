import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { auditFile } from "../../src/audit/auditFile.js";
import { filesOf } from "../../src/rows/paths.js";
import { rowsOf } from "../../src/rows/rowFiles.js";
import { select } from "../../src/select/select.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";

const folder = scratchFolder();
const files = new Map<string, Buffer>();
/** What the hub, and the server of its large files, were asked: the path, the range and the token. */
let asked: { server: "hub" | "store"; path: string; range?: string; token?: string; etag?: string }[] = [];
const servers: Server[] = [];
let hub = "";
let store = "";
/** Faults that the servers show. */
let faults: { cutAt?: number; ranges?: boolean; etags?: boolean; changed?: boolean } = {};

function answer(server: "hub" | "store", request: IncomingMessage, response: ServerResponse): void {
  const { pathname: path } = new URL(request.url ?? "", "http://x");
  const { range, authorization: token, "if-none-match": etag } = request.headers;
  asked.push({ server, path, range, token, etag });
  if (path.startsWith("/api/datasets/who/endless/tree/")) {
    response.setHeader("link", `<${hub}${path}?cursor=2>; rel="next"`);
    return void response.writeHead(200).end('[{"type": "file", "path": "a.jsonl"}]');
  }
  if (path.startsWith("/api/datasets/who/what/tree/")) {
    if (token !== "Bearer secret") return void response.writeHead(401).end();
    const names = [...files.keys()].filter((name) => name.startsWith("/what/"));
    const second = request.url?.includes("cursor");
    const page = names
      .filter((_, i) => i % 2 === (second ? 1 : 0))
      .map((name) => ({ type: "file", path: name.slice(6) }));
    if (!second)
      response.setHeader("link", `<${hub}/api/datasets/who/what/tree/main?recursive=true&cursor=2>; rel="next"`);
    return void response.writeHead(200).end(JSON.stringify([{ type: "directory", path: "data" }, ...page]));
  }
  const [, file] = /^\/datasets\/who\/what\/resolve\/(?:main|v%2F1)(\/.*)$/.exec(path) ?? [];
  if (server === "hub" && file !== undefined) {
    if (token !== "Bearer secret") return void response.writeHead(401).end();
    return void response.writeHead(302, { location: `${store}/what${file}` }).end();
  }
  const [, hops] = /^\/hops\/(\d+)\.jsonl$/.exec(path) ?? [];
  if (hops !== undefined) {
    const location = hops === "0" ? "/lines.jsonl" : `/hops/${Number(hops) - 1}.jsonl`;
    return void response.writeHead(302, { location }).end();
  }
  const content = files.get(decodeURIComponent(path));
  if (content === undefined) return void response.writeHead(404).end();
  const version = `"${createHash("md5").update(content).digest("hex")}${faults.changed && range !== "bytes=0-" ? "x" : ""}"`;
  if (faults.etags !== false) response.setHeader("etag", version);
  if (etag === version) return void response.writeHead(304).end();
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  if (from !== undefined && Number(from) >= content.length) return void response.writeHead(416).end();
  if (from === undefined || faults.ranges === false)
    return void response.writeHead(200, { "content-length": content.length }).end(content);
  const last = to === "" ? content.length - 1 : Math.min(Number(to), content.length - 1);
  const part = content.subarray(Number(from), last + 1);
  response.writeHead(206, {
    "content-range": `bytes ${from}-${last}/${content.length}`,
    "content-length": part.length,
  });
  if (faults.cutAt === undefined || part.length < faults.cutAt) return void response.end(part);
  response.write(part.subarray(0, faults.cutAt), () => response.destroy());
}

async function start(server: "hub" | "store"): Promise<string> {
  const http = createServer((request, response) => answer(server, request, response));
  servers.push(http);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

const ENVIRONMENT = ["XDG_CACHE_HOME", "HF_ENDPOINT", "HF_TOKEN"] as const;
const before = ENVIRONMENT.map((name) => process.env[name]);

beforeAll(async () => {
  [hub, store] = [await start("hub"), await start("store")];
  const db = await (await DuckDBInstance.create()).connect();
  const path = join(folder, "t.parquet");
  await db.run(`copy (select i as id, i % 2 = 0 as kept, i % 3 > 0 as correct, repeat(md5(i::varchar), 20) as text from range(2000) r(i))
    to '${path}' (format parquet, codec 'uncompressed', row_group_size 500)`);
  files.set("/what/data/train-00000.parquet", readFileSync(path));
  const lines = Array.from(
    { length: 3000 },
    (_, i) => `{"id":${i},"kept":${i % 2 === 0},"correct":${i % 3 > 0},"score":${(i * 37) % 101}}\n`,
  );
  files.set("/lines.jsonl", Buffer.from(lines.join("")));
  files.set("/what/more/a b.jsonl.gz", gzipSync(lines.join("")));
  files.set("/what/README.md", Buffer.from("# what"));
  files.set("/empty.jsonl", Buffer.alloc(0));
});

afterAll(async () => {
  for (const [i, name] of ENVIRONMENT.entries()) {
    if (before[i] === undefined) delete process.env[name];
    else process.env[name] = before[i];
  }
  for (const server of servers) await new Promise((resolve) => server.close(resolve).closeAllConnections());
});

let caches = 0;
beforeEach(() => {
  process.env.XDG_CACHE_HOME = join(folder, `cache-${caches++}`);
  process.env.HF_ENDPOINT = hub;
  process.env.HF_TOKEN = "secret";
  asked = [];
  faults = {};
});

async function ids(path: string): Promise<number[]> {
  const found: number[] = [];
  for await (const { id } of rowsOf(path)) found.push(id as number);
  return found;
}
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("a file of a server", () => {
  it("is read once, and then from the cache as long as its ETag is the same", async () => {
    expect(await ids(`${store}/lines.jsonl`)).toEqual(upTo(3000));
    expect(asked).toMatchObject([{ range: "bytes=0-", token: undefined, etag: undefined }]);
    expect(await ids(`${store}/lines.jsonl`)).toEqual(upTo(3000));
    expect(asked).toHaveLength(2);
    expect(asked[1].etag).toMatch(/^"\w{32}"$/);
    const content = files.get("/lines.jsonl") as Buffer;
    files.set("/lines.jsonl", Buffer.from('{"id":0}\n'));
    expect(await ids(`${store}/lines.jsonl`)).toEqual([0]);
    files.set("/lines.jsonl", content);
    expect(await ids(`${store}/empty.jsonl`)).toEqual([]);
  });

  it("is found behind eight redirects, and not behind nine", async () => {
    expect(await ids(`${store}/hops/7.jsonl`)).toEqual(upTo(3000));
    expect(asked).toHaveLength(9);
    asked = [];
    await expect(ids(`${store}/hops/8.jsonl`)).rejects.toThrow("redirects");
    expect(asked).toHaveLength(9);
  });

  it("is asked for the ranges of the columns that are read, if it is Parquet", async () => {
    const path = `${store}/what/data/train-00000.parquet`;
    const { result } = await auditFile(path, { correct: "correct", kept: "kept" });
    expect(result.counts.rows).toBe(2000);
    const size = (files.get("/what/data/train-00000.parquet") as Buffer).length;
    const bytes = asked.slice(1).reduce((sum, { range = "" }) => {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
      return sum + Number(to) - Number(from) + 1;
    }, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(0.7 * size);
    expect(await ids(path)).toEqual(upTo(2000));
  });

  it("is read on where the connection broke, and refused if it is another by then, or never ends", async () => {
    faults = { cutAt: 60_000 };
    expect(await ids(`${store}/lines.jsonl`)).toEqual(upTo(3000));
    expect(asked.map(({ range }) => range)).toEqual(["bytes=0-", "bytes=60000-", "bytes=120000-"]);
    faults = { cutAt: 60_000, changed: true };
    process.env.XDG_CACHE_HOME = join(folder, "other-cache");
    await expect(ids(`${store}/lines.jsonl`)).rejects.toThrow("it has changed meanwhile");
    faults = { cutAt: 100 };
    await expect(ids(`${store}/lines.jsonl`)).rejects.toThrow(/^cannot read http/);
  });

  it("without ranges or ETags is read too, Parquet not", async () => {
    faults = { ranges: false, etags: false };
    expect(await ids(`${store}/lines.jsonl`)).toEqual(upTo(3000));
    await expect(ids(`${store}/what/data/train-00000.parquet`)).rejects.toThrow("Parquet can be read from a file only");
  });

  it("is selected from as a file is", async () => {
    const local = join(folder, "local.jsonl");
    writeFileSync(local, files.get("/lines.jsonl") as Buffer);
    const options = { verifiers: [{ kind: "score", field: "score" }] as const, keep: { share: 0.1 }, workers: 1 };
    const kept: string[] = [];
    for (const [i, input] of [local, `${store}/lines.jsonl`].entries()) {
      const out = join(folder, `selected-${i}`);
      await select({ ...options, verifiers: [...options.verifiers], input, out });
      kept.push(readFileSync(join(out, "kept.jsonl"), "utf8"));
    }
    expect(kept[1]).toBe(kept[0]);
  });

  it.each(["jsonl", "parquet"])(
    "is read by every command as a file of %s is, and the token goes to the hub alone",
    async (form) => {
      const name = form === "jsonl" ? "forms.lines.jsonl" : "forms.snappy.parquet";
      const local = join(import.meta.dirname, "data", name);
      files.set(`/what/extra/${name}`, readFileSync(local));
      try {
        const places = [`${store}/what/extra/${name}`, `hf://datasets/who/what/extra/${name}`];
        const model = join(folder, "remote.arpa");
        // a file and an address are told apart by other means
        const identity = /"modified": \d+,\s+"ends": "\w+"/;
        const commands = (path: string, to: string) => [
          ["audit", path, "--format", "json"],
          ["check", path, "--format", "json", "--out", join(to, `kept.${form}`)],
          ["label", "draw", path, "--labels", "10", "--seed", "1", "--out", join(to, "sheet.csv"), "--format", "json"],
          ["select", path, "--field", "score", "--keep", "10%", "--out", join(to, "selected"), "--format", "json"],
          ["lm", "train", path, "--field", "answer", "--order", "1", "--out", model, "--format", "json"],
          ["lm", "score", path, "--field", "answer", "--lm", model, "--quiet"],
          ["news", "evaluate", path, "--references", path, "--name", "it", "--format", "json"],
        ];
        const all = async (path: string) => {
          const to = mkdtempSync(join(folder, "of-"));
          const said: string[] = [];
          for (const args of commands(path, to)) {
            const { code, stdout, stderr } = await pstar(args);
            expect({ args, code, stderr: code === 0 ? "" : stderr }).toEqual({ args, code: 0, stderr: "" });
            said.push(stdout.replaceAll(path, "FILE").replaceAll(to, "TO").replace(identity, ""));
          }
          const written = [`kept.${form}`, "sheet.csv", `selected/kept.${form}`];
          return { said, files: written.map((file) => readFileSync(join(to, file), "hex")) };
        };
        const known = await all(local);
        for (const place of places) expect(await all(place)).toEqual(known);
        expect(asked.some(({ server }) => server === "store")).toBe(true);
        for (const { server, token } of asked) expect(token).toBe(server === "hub" ? "Bearer secret" : undefined);
      } finally {
        files.delete(`/what/extra/${name}`);
      }
    },
  );

  it("that is not there, or has a password in its address, is refused", async () => {
    await expect(ids(`${store}/none.jsonl`)).rejects.toThrow("there is no such file");
    const told = await ids("https://me:secret@example.org/a.jsonl").catch((error: Error) => error.message);
    expect(told).toContain("without a user or a password");
    expect(told).not.toContain("secret");
  });
});

describe("a data set on the hub", () => {
  it("is listed over all pages, by folder and by pattern, and several splits are not mixed", async () => {
    const begin = "hf://datasets/who/what";
    const all = [`${begin}/data/train-00000.parquet`, `${begin}/more/a b.jsonl.gz`];
    await expect(filesOf([begin])).rejects.toThrow(`name one, such as ${all[0]} or ${all[1]}`);
    expect(await filesOf([`${begin}/**`])).toEqual(all);
    expect(await filesOf([`${begin}/data/*.parquet`])).toEqual([all[0]]);
    await expect(filesOf([`${begin}/*.csv`])).rejects.toThrow("has no files of rows");
    process.env.HF_TOKEN = "wrong";
    await expect(filesOf([begin])).rejects.toThrow("a token in HF_TOKEN must allow it (401)");
  });

  it("is not read in part if its list never ends", async () => {
    await expect(filesOf(["hf://datasets/who/endless/**"])).rejects.toThrow(
      "the hub lists more than its first 300 files: name fewer",
    );
  });

  it("has its token sent to the hub, never to where that redirects", async () => {
    expect(await ids("hf://datasets/who/what/data/train-00000.parquet")).toEqual(upTo(2000));
    expect(await ids("hf://datasets/who/what@v%2F1/more/a b.jsonl.gz")).toEqual(upTo(3000));
    for (const { server, token } of asked) expect(token).toBe(server === "hub" ? "Bearer secret" : undefined);
    expect(asked.filter(({ server }) => server === "store").length).toBeGreaterThan(1);
    delete process.env.HF_TOKEN;
    process.env.XDG_CACHE_HOME = join(folder, "no-token");
    await expect(ids("hf://datasets/who/what/data/train-00000.parquet")).rejects.toThrow("HF_TOKEN");
    await expect(ids("hf://datasets/what")).rejects.toThrow("hf://datasets/OWNER/NAME[@REVISION][/PATH]");
    await expect(ids("hf://datasets/a/b/../../c")).rejects.toThrow("hf://datasets/OWNER/NAME");
  });
});
