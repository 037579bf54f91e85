// Service worker of one page kept on a device: the network first, what was kept when there is none. Touches nothing else.
"use strict";
const { page, files, kept: own, cache: name, isBehindSignIn } = self.KEPT;
const PATIENCE = 4000; // milliseconds before a slow network counts as none

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(name)
      .then((kept) => kept.addAll(files).then(() => fetch(page, { cache: "no-store", credentials: "same-origin" })).then((answer) => keep(kept, answer)))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((one) => one.startsWith(own) && one !== name).map((one) => caches.delete(one))))
      .then(() => self.clients.claim()),
  );
});

// Only the page itself is kept. Behind a sign-in a way elsewhere means that nobody is signed in here any more: nothing of theirs stays.
async function keep(kept, answer) {
  const isOver = isBehindSignIn && (answer.redirected || answer.status === 403);
  if (isOver || answer.status === 404) await kept.delete(page);
  else if (answer.ok && !answer.redirected) await kept.put(page, answer.clone());
}

async function fresh(request) {
  const kept = await caches.open(name);
  const ending = new AbortController();
  const clock = setTimeout(() => ending.abort(), PATIENCE);
  try {
    const answer = await fetch(request.url, { cache: "no-store", credentials: "same-origin", signal: ending.signal });
    await keep(kept, answer);
    if (answer.redirected) return Response.redirect(answer.url, 302);
    return answer.status >= 500 ? (await old(kept)) || answer : answer;
  } catch (error) {
    const found = await old(kept);
    if (found) return found;
    throw error;
  } finally {
    clearTimeout(clock);
  }
}

async function old(kept) {
  const found = await kept.match(page);
  if (!found) return undefined;
  const headers = new Headers(found.headers);
  headers.set("X-Kept", "1"); // the page asks whether it speaks to the fair or to this device
  return new Response(await found.blob(), { status: 200, headers });
}

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const address = new URL(event.request.url);
  if (address.origin !== self.location.origin) return;
  if (address.pathname === page) event.respondWith(fresh(event.request));
  else if (files.includes(address.pathname)) {
    event.respondWith(caches.open(name).then((kept) => kept.match(address.pathname)).then((found) => found || fetch(event.request)));
  }
});
