{% autoescape off %}// Keeps the gate's page and its files, so that a door works without a network. Scans are the page's own business.
const VERSION = "everfair-gate-{{ version }}";
const FILES = {{ files }};
const DOORS = {{ doors }};
const PATIENCE = 2500; // milliseconds a page may take to come from the network before the kept one is shown

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(VERSION)
      .then((kept) => kept.addAll(FILES.map((file) => new Request(file, { cache: "reload" }))))
      .then(() => self.skipWaiting())
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith("everfair-gate-") && name !== VERSION))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim())
  );
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin || address.pathname.startsWith(DOORS)) return;
  event.respondWith(event.request.mode === "navigate" ? page(event.request) : file(event.request));
});

async function page(request) {
  const kept = await caches.match(request, { ignoreSearch: true });
  if (!kept) return fetch(request).catch(() => any());
  const late = new Promise((resolve) => setTimeout(() => resolve(kept.clone()), PATIENCE));
  const fresh = fetch(request).then((answer) => {
    if (answer.ok) caches.open(VERSION).then((all) => all.put(new URL(request.url).pathname, answer.clone()));
    return answer.status < 500 ? answer.clone() : kept;
  });
  return Promise.race([fresh.catch(() => kept), late]);
}

/** An address of ours that is not kept, off line: any of our pages is better than none. */
async function any() {
  return (await caches.match(FILES.find((file) => file.endsWith("/en/")))) || Response.error();
}

async function file(request) {
  return (await caches.match(request)) || fetch(request);
}
{% endautoescape %}
