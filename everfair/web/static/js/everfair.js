/* Small islands for public pages, each bound by a data- attribute and each optional: every page works without them. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const all = (what, from = document) => [...from.querySelectorAll(what)];

  /* Clocks: the fair's, and the reader's beside it where the two differ. */
  const clock = (zone, at) => new Intl.DateTimeFormat(root.lang, { hour: "2-digit", minute: "2-digit", hour12: false, hourCycle: "h23", timeZone: zone }).format(at);
  const tick = () => {
    const at = new Date();
    for (const there of all("[data-clock]")) {
      try { there.textContent = clock(there.dataset.clock, at); there.dateTime = at.toISOString(); } catch { continue; }
      const mine = there.parentElement.querySelector("[data-clock-mine]");
      if (!mine) continue;
      const own = clock(undefined, at);
      mine.hidden = own === there.textContent;
      mine.querySelector("time").textContent = own;
    }
    for (const time of all("time[data-mine]")) {
      const when = new Date(time.dateTime), own = clock(undefined, when);
      if (!isNaN(when) && own !== clock(time.dataset.mine, when)) time.nextElementSibling?.matches("[data-mine-text]") && (time.nextElementSibling.textContent = own);
    }
  };
  if (document.querySelector("[data-clock], time[data-mine]")) { tick(); setInterval(tick, 15000); }

  /* Toasts are put away by hand. */
  document.addEventListener("click", (event) => event.target.closest?.("[data-dismiss]")?.closest(".toast")?.remove());

  /* Filters: a changed box sends the form; the button stays for those without script. */
  for (const form of all("form[data-auto-submit]")) {
    let waiting;
    form.addEventListener("change", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => { form.setAttribute("aria-busy", "true"); form.requestSubmit(); }, 350);
    });
    /* empty fields do not lengthen the address */
    form.addEventListener("submit", () => { for (const field of form.elements) if (field.name && field.value === "") field.disabled = true; });
    addEventListener("pageshow", () => { for (const field of form.elements) field.disabled = false; });
  }
  const wide = matchMedia("(min-width: 62rem)");
  for (const folded of all("details[data-open-wide]")) {
    const set = () => { folded.open = wide.matches || folded.dataset.openWide === "always"; };
    set();
    wide.addEventListener("change", set);
  }

  /* Which language is shown first in a preview. */
  for (const choice of all("[data-preview-lang]")) {
    choice.addEventListener("change", () => {
      for (const part of all("[data-preview] [data-lang]")) part.hidden = part.dataset.lang !== choice.value;
    });
  }

  /* Suggestions: a listbox under the search field, driven by keys; the form works without it. */
  const suggest = (form) => {
    const input = form.querySelector("input[type=search]");
    const list = document.createElement("ul"), told = document.createElement("p");
    list.className = "suggest"; list.id = input.id + "-list"; list.hidden = true; list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.placeholder || "");
    told.className = "vh"; told.setAttribute("role", "status");
    form.append(list, told);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
    let at = -1, waiting, asked, last = "";
    const options = () => [...list.children];
    const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const mark = (next) => {
      const found = options();
      at = (next + found.length + 1) % (found.length + 1);
      if (at === found.length) at = -1;
      found.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
      if (at < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", found[at].id);
      found[at].scrollIntoView({ block: "nearest" });
    };
    const choose = (option) => {
      if (option.dataset.url) { location.assign(option.dataset.url); return; }
      input.value = option.dataset.text; close(); form.requestSubmit();
    };
    const show = (items) => {
      list.replaceChildren(...items.map((item, i) => {
        const option = document.createElement("li"), name = document.createElement("span");
        option.id = list.id + i; option.setAttribute("role", "option"); option.setAttribute("aria-selected", "false");
        name.textContent = item.text; if (item.lang) name.lang = item.lang;
        option.append(name);
        if (item.note) { const note = document.createElement("small"); note.textContent = item.note; option.append(note); }
        option.dataset.text = item.text;
        if (item.url && new URL(item.url, location.href).origin === location.origin) option.dataset.url = item.url;
        return option;
      }));
      at = -1;
      list.hidden = !items.length;
      input.setAttribute("aria-expanded", String(items.length > 0));
      told.textContent = items.length ? form.dataset.suggestSome : form.dataset.suggestNone;
    };
    const ask = async () => {
      const words = input.value.trim();
      if (words === last) return;
      last = words;
      asked?.abort();
      if (!words) return close();
      asked = new AbortController();
      try {
        const address = new URL(form.dataset.suggest, location.href);
        address.searchParams.set("q", words);
        const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "application/json" } });
        if (answer.ok && document.activeElement === input) { const got = await answer.json(); show((got.suggestions || got).slice(0, 8)); }
      } catch { /* a lost suggestion is no loss */ }
    };
    input.addEventListener("input", (event) => { if (event.isComposing) return; clearTimeout(waiting); waiting = setTimeout(ask, 150); });
    input.addEventListener("compositionend", () => { clearTimeout(waiting); waiting = setTimeout(ask, 50); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
      else if (list.hidden) return;
      else if (event.key === "ArrowDown") { event.preventDefault(); mark(at + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); mark(at < 0 ? options().length - 1 : at - 1); }
      else if (event.key === "Enter" && at >= 0) { event.preventDefault(); choose(options()[at]); }
    });
    input.addEventListener("blur", () => setTimeout(close, 150));
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => { const option = event.target.closest("[role=option]"); if (option) choose(option); });
  };
  all("form[data-suggest]").forEach(suggest);
})();
