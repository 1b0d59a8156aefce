// Opens the crew's app without a network. It keeps the app's own files and the questions of the form, each checked by
// its hash, and nothing that anybody wrote. Everything else goes to the server as if this were not here.

const KEPT = {{ kept }};
const CACHE = "ravi-device-{{ edition }}";

self.addEventListener("install", (event) => { event.waitUntil(keepAll().then(() => self.skipWaiting())); });
self.addEventListener("activate", (event) => { event.waitUntil(dropOthers().then(() => self.clients.claim())); });
self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const { origin, pathname } = new URL(event.request.url);
  if (origin !== self.location.origin) return;
  if (pathname === KEPT.form || KEPT.files.some(({ url }) => url === pathname)) event.respondWith(fromCache(pathname));
  else if (event.request.mode === "navigate" && pathname === KEPT.shell) event.respondWith(fromCache(pathname));
  else if (event.request.mode === "navigate" && pathname.startsWith(`${KEPT.shell}/`)) event.respondWith(orTheApp(event.request));
});
// Background Sync: what waits is closed without its writer's key, so an open window of the app is asked to send.
self.addEventListener("sync", (event) => { if (event.tag === "ravi-send") event.waitUntil(wakeWindows()); });

async function keepAll() {
  const cache = await caches.open(CACHE);
  const fresh = [KEPT.shell, KEPT.form].map((url) => new Request(url, { cache: "no-store", redirect: "error" }));
  const files = KEPT.files.map(({ url, integrity }) => new Request(url, { integrity }));
  await cache.addAll([...fresh, ...files]);
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("ravi-device-") && name !== CACHE).map((name) => caches.delete(name)));
}

async function fromCache(pathname) {
  const cache = await caches.open(CACHE);
  return (await cache.match(pathname, { ignoreVary: true })) || fetch(pathname);
}

async function orTheApp(request) {
  try { return await fetch(request); } catch { return Response.redirect(KEPT.shell, 302); }
}

async function wakeWindows() {
  for (const window of await self.clients.matchAll({ type: "window" })) window.postMessage("send");
}
