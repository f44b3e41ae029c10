// The technician's pages in a dead spot: a service worker that keeps the day's jobs and what they are
// made of. The view that serves this file puts VERSION and SHELL before it.
//
// Pages come from the network whenever it answers, and from what was kept when it does not. A kept
// page must not lie about the time: clocks and steps go by the instant that stands in it, so that
// instant is moved by as long as the page was kept.
"use strict";
const SHELL_CACHE = `field-shell-${VERSION}`;
const PAGES = `field-pages-${VERSION}`;
const PATIENCE = 5000; // ms for a network that is there and carries nothing
const LONGEST = 24 * 3600 * 1000; // names and addresses are kept for a day at most
const AGAIN = 30 * 60 * 1000; // a job's page is fetched anew ahead of its use after this
const JOBS = new URL("./", self.location).pathname;
const JOB = new RegExp(`^${JOBS}[^/]+/$`);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL_CACHE).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("field-") && name !== SHELL_CACHE && name !== PAGES) await caches.delete(name);
    }
    await self.clients.claim();
    // The page that brought this worker came before it could be kept.
    const url = new URL(JOBS, self.location).href;
    const answer = await fetch(url).catch(() => null);
    if (answer && answer.ok && !answer.redirected) {
      await keep({ url }, answer);
      await ahead(answer);
    }
  })());
});

const ours = (path) => path === JOBS || JOB.test(path);

// Keep an answer with the instant, by this phone's clock, at which it came.
const keep = async (request, answer) => {
  const headers = new Headers(answer.headers);
  headers.set("X-Kept-At", String(Date.now()));
  const copy = new Response(await answer.clone().blob(), { status: 200, headers });
  await (await caches.open(PAGES)).put(request.url, copy);
};

const age = (answer) => Date.now() - Number(answer.headers.get("X-Kept-At"));

// A kept page, with the time moved on; nothing when there is none, or it is too old.
const kept = async (url) => {
  const cache = await caches.open(PAGES);
  const answer = await cache.match(url);
  if (!answer) return null;
  const past = age(answer);
  if (past > LONGEST) { await cache.delete(url); return null; }
  const text = (await answer.text()).replace(/ data-now="([^"]+)"/, (_, now) => {
    const then = Date.parse(now);
    return ` data-now="${new Date(then + past).toISOString()}" data-kept="${new Date(then).toISOString()}"`;
  });
  const headers = new Headers(answer.headers);
  headers.delete("Content-Length");
  return new Response(text, { status: 200, headers });
};

// The day's jobs, so that they can be opened where there is no network.
const ahead = async (answer) => {
  const cache = await caches.open(PAGES);
  const text = await answer.text();
  const found = new Set([...text.matchAll(/href="([^"]+)"/g)].map((m) => m[1]).filter((path) => JOB.test(path)));
  // What is no longer among the jobs need not lie on the phone.
  for (const request of await cache.keys()) {
    const path = new URL(request.url).pathname;
    if (path !== JOBS && !found.has(path)) await cache.delete(request);
  }
  for (const path of found) {
    const url = new URL(path, self.location).href;
    const there = await cache.match(url);
    if (there && age(there) < AGAIN) continue;
    const page = await fetch(url, { headers: { "X-Kept": "1" } }).catch(() => null);
    if (page && page.ok && !page.redirected) await keep({ url }, page);
  }
};

const page = async (event) => {
  const { request } = event;
  const asked = fetch(request).then(async (answer) => {
    if (answer.ok && !answer.redirected && answer.type === "basic") {
      await keep(request, answer);
      if (new URL(request.url).pathname === JOBS) event.waitUntil(ahead(answer.clone()));
    } else if (answer.type === "opaqueredirect" || answer.redirected || answer.status === 401 || answer.status === 403) {
      // Nobody is logged in any more, or somebody else is: what was kept is not for them.
      await caches.delete(PAGES);
    } else if (answer.status === 404) {
      await (await caches.open(PAGES)).delete(request.url);
    }
    return answer;
  });
  event.waitUntil(asked.catch(() => null));
  const patience = new Promise((done) => { setTimeout(() => done(null), PATIENCE); });
  const first = await Promise.race([asked.catch(() => null), patience]);
  // A service that is there and ill is no better than none.
  if (first && first.status < 500) return first;
  return (await kept(request.url)) || asked;
};

const shell = async (request) => {
  const there = await caches.match(request, { cacheName: SHELL_CACHE });
  if (there) return there;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(SHELL_CACHE)).put(request, answer.clone());
  return answer;
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (ours(url.pathname) && !url.search) event.respondWith(page(event));
  } else if (url.pathname.startsWith(STATIC)) {
    event.respondWith(shell(request));
  }
});
