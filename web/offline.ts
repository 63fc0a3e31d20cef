// The service worker: once the page has been opened, it opens without a network. Built into offline.js beside the page.

/** What of the service worker's scope is used here; TypeScript's own library for it does not go with that of pages. */
interface Scope {
  registration: { scope: string };
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", listener: (event: Extendable) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
}

interface Extendable {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Extendable {
  request: Request;
  respondWith(response: Promise<Response>): void;
}

const scope = globalThis as unknown as Scope;
// Both are filled in by vite.config.ts.
const FILES = "pstar:files".split(" ");
const PREFIX = `pstar ${scope.registration.scope} `;
const CACHE = `${PREFIX}${"pstar:version"}`;

scope.addEventListener("install", (event) => {
  const addresses = FILES.map((file) => new URL(file, scope.registration.scope).href);
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(addresses))
      .then(() => scope.skipWaiting()),
  );
});

scope.addEventListener("activate", (event) => {
  const tidy = caches
    .keys()
    .then((names) => names.filter((name) => name.startsWith(PREFIX) && name !== CACHE))
    .then((old) => Promise.all(old.map((name) => caches.delete(name))));
  event.waitUntil(tidy.then(() => scope.clients.claim()));
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(scope.registration.scope)) return;
  event.respondWith(request.mode === "navigate" ? page(request) : file(request));
});

/** The page itself: the newest there is, which names the files that belong to it. */
async function page(request: Request): Promise<Response> {
  try {
    const fresh = await fetch(request);
    if (fresh.ok) return fresh;
  } catch {
    // no network
  }
  return (await caches.match(new URL("index.html", scope.registration.scope).href)) ?? Response.error();
}

/** Everything else is called by its content, and never changes. */
async function file(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
}
