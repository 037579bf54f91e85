// What the device remembers, in IndexedDB: who it is, the rules, names, and the queue of scans that are not yet answered.
// A scan is written here before anything else happens, and leaves only when the server has answered for it.

const NAME = "everfair-gate";
let opened = null;

function open() {
  opened ||= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("facts");
      asked.result.createObjectStore("queue", { keyPath: "number" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inside(names, mode, deed) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const all = base.transaction(names, mode, mode === "readwrite" ? { durability: "strict" } : undefined);
    let result;
    Promise.resolve(deed(all)).then((value) => (result = value), reject);
    all.oncomplete = () => resolve(result);
    all.onerror = all.onabort = () => reject(all.error || new Error("storage"));
  });
}

export function get(key) {
  return inside("facts", "readonly", (all) => done(all.objectStore("facts").get(key)));
}

export function set(key, value) {
  return inside("facts", "readwrite", (all) => done(all.objectStore("facts").put(value, key)));
}

export function drop(...keys) {
  return inside("facts", "readwrite", (all) => Promise.all(keys.map((key) => done(all.objectStore("facts").delete(key)))));
}

/**
 * Queue an entry under a new number and give it back with it. Numbers only rise, also after a restart, in two windows
 * or with cleared memory: they begin at the clock's microseconds.
 */
export function enqueue(entry) {
  return inside(["facts", "queue"], "readwrite", async (all) => {
    const facts = all.objectStore("facts");
    const last = (await done(facts.get("number"))) || 0;
    const number = Math.max(last + 1, Date.now() * 1000 + Math.floor(Math.random() * 1000));
    const kept = { ...entry, number };
    await done(facts.put(number, "number"));
    await done(all.objectStore("queue").add(kept));
    return kept;
  });
}

/** Change what is queued under the entry's number; nothing when it has left the queue meanwhile. */
export function amend(number, changes) {
  return inside("queue", "readwrite", async (all) => {
    const queue = all.objectStore("queue");
    const kept = await done(queue.get(number));
    if (kept) await done(queue.put({ ...kept, ...changes }));
    return Boolean(kept);
  });
}

/** The oldest entries, up to `most`. */
export function queued(most) {
  return inside("queue", "readonly", (all) => done(all.objectStore("queue").getAll(null, most)));
}

export function countQueued() {
  return inside("queue", "readonly", (all) => done(all.objectStore("queue").count()));
}

export function leave(numbers) {
  return inside("queue", "readwrite", (all) =>
    Promise.all(numbers.map((number) => done(all.objectStore("queue").delete(number))))
  );
}
