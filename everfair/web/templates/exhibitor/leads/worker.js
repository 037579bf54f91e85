// Keeps the scan page of one booth usable without a network. Its scope is that page alone.
"use strict";
const FACTS = {{ facts|safe }};
const STORE = "everfair-leads-scan:" + FACTS.page;
const PATIENCE = 4000; // milliseconds until a slow network counts as none

const keep = async () => {
  const store = await caches.open(STORE);
  await Promise.all(FACTS.assets.map(async (address) => {
    if (!(await store.match(address))) await store.add(new Request(address, { cache: "no-cache" }));
  }));
  const page = await fetch(FACTS.page, { credentials: "same-origin", redirect: "error" });
  if (page.ok) await store.put(FACTS.page, page);
  for (const request of await store.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname !== FACTS.page && !FACTS.assets.some((address) => new URL(address, location).pathname === pathname)) await store.delete(request);
  }
};

addEventListener("install", (event) => { event.waitUntil(keep().then(() => skipWaiting())); });
addEventListener("activate", (event) => { event.waitUntil(clients.claim()); });

const page = async (request) => {
  const store = await caches.open(STORE);
  const held = await store.match(FACTS.page, { ignoreVary: true });
  const fresh = fetch(request).then(async (answer) => {
    if (answer.ok && answer.type === "basic" && !answer.redirected) await store.put(FACTS.page, answer.clone());
    return answer;
  });
  if (!held) return fresh;
  const late = new Promise((resolve) => { setTimeout(() => resolve(held.clone()), PATIENCE); });
  return Promise.race([fresh.then((answer) => (answer.status >= 500 ? held.clone() : answer)).catch(() => held.clone()), late]);
};

const asset = async (request) => {
  const held = await (await caches.open(STORE)).match(request, { ignoreSearch: true, ignoreVary: true });
  return held || fetch(request);
};

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === FACTS.page) event.respondWith(page(request));
  else if (FACTS.assets.some((address) => new URL(address, location).pathname === url.pathname)) event.respondWith(asset(request));
});
