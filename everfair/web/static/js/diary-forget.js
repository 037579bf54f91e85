// On the way out: diaries kept on this device for times without a network are dropped.
"use strict";
if ("caches" in window) {
  caches.keys()
    .then((names) => Promise.all(names.filter((one) => one.startsWith("diary ")).map((one) => caches.delete(one))))
    .catch(() => {}); // a browser that keeps nothing has nothing to forget
}
