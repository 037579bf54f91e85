/* Islands for desks, each bound by a data- attribute and each optional: every form posts without them. */
(() => {
  "use strict";
  const all = (what, from = document) => [...from.querySelectorAll(what)];

  all("[data-focus]").slice(0, 1).forEach((summary) => summary.focus());

  /* Where a row of links is wider than the screen, the current one is in view. */
  for (const row of all(".desk-nav, .tabs")) {
    if (row.scrollWidth > row.clientWidth) row.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  /* Choosing rows: one box for all, a count, a bar that stands only while something is chosen. */
  for (const form of all("form[data-bulk]")) {
    const every = form.querySelector("[data-bulk-all]"), bar = form.querySelector("[data-bulk-bar]"), count = form.querySelector("[data-bulk-count]");
    const boxes = () => all("[data-bulk-one]", form);
    let last = null;
    const show = () => {
      const chosen = boxes().filter((box) => box.checked).length;
      if (bar) bar.hidden = !chosen;
      if (count) count.textContent = new Intl.NumberFormat(document.documentElement.lang).format(chosen);
      if (every) { every.checked = chosen > 0 && chosen === boxes().length; every.indeterminate = chosen > 0 && !every.checked; }
    };
    form.addEventListener("click", (event) => {
      const box = event.target.closest("[data-bulk-one]");
      if (!box) return;
      if (event.shiftKey && last) {
        const list = boxes(), [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
        list.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
      }
      last = box;
      show();
    });
    every?.addEventListener("change", () => { boxes().forEach((box) => { box.checked = every.checked; }); show(); });
    show();
  }

  /* A form with unsaved changes asks before the page is left. */
  for (const form of all("form[data-guard]")) {
    const said = form.querySelector("[data-unsaved]");
    let dirty = false;
    const set = (value) => { dirty = value; if (said) said.hidden = !value; };
    form.addEventListener("input", () => set(true));
    form.addEventListener("change", () => set(true));
    form.addEventListener("submit", () => set(false));
    addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  }

  /* Work that goes on: ask once a second, then more slowly; stop when it is done. */
  for (const part of all("[data-poll]")) {
    const bar = part.querySelector("[data-poll-bar]"), text = part.querySelector("[data-poll-text]");
    const figure = new Intl.NumberFormat(document.documentElement.lang);
    let wait = 1000, seen = -1;
    const ask = async () => {
      try {
        const answer = await fetch(part.dataset.poll, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const now = await answer.json();
        if (bar) { bar.max = now.total || 1; bar.value = now.done || 0; }
        if (text) text.textContent = now.text || `${now.step ? now.step + ": " : ""}${figure.format(now.done || 0)} / ${figure.format(now.total || 0)}`;
        if (now.state && now.state !== "running" && now.state !== "waiting") { location.assign(now.next_url && new URL(now.next_url, location.href).origin === location.origin ? now.next_url : location.href); return; }
        wait = now.done === seen ? Math.min(wait * 1.5, 10000) : 1000;
        seen = now.done;
      } catch { wait = Math.min(wait * 2, 30000); }
      setTimeout(ask, document.hidden ? Math.max(wait, 5000) : wait);
    };
    setTimeout(ask, wait);
  }

  /* A part still being made is looked at again, every so many seconds, and replaced when it is there. */
  for (const part of all("[data-again]")) {
    let wait = Number(part.dataset.again) * 1000;
    const look = async () => {
      try {
        const answer = await fetch(location.href);
        const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
        if (fresh && !("again" in fresh.dataset)) { part.replaceWith(fresh); return; }
      } catch { /* no line: later */ }
      wait = Math.min(wait * 1.2, 30000);
      setTimeout(look, wait);
    };
    setTimeout(look, wait);
  }

  /* The picture chosen is shown before it is sent. */
  for (const input of all("input[type=file][data-preview-image]")) {
    const picture = document.getElementById(input.dataset.previewImage);
    input.addEventListener("change", () => {
      const file = input.files[0];
      if (!picture || !file || !/^image\/(png|jpeg|webp|gif|avif)$/.test(file.type)) return;
      const reader = new FileReader();
      reader.addEventListener("load", () => { picture.src = reader.result; picture.hidden = false; });
      reader.readAsDataURL(file);
    });
  }

  /* A file dropped on the field is as good as one chosen. */
  for (const zone of all("[data-drop]")) {
    const input = zone.querySelector("input[type=file]");
    for (const name of ["dragover", "dragleave", "drop"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.toggle("over", name === "dragover"); });
    zone.addEventListener("drop", (event) => { if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change", { bubbles: true })); } });
  }

  /* Copy an address. */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    try { await navigator.clipboard.writeText((source?.value ?? source?.textContent ?? button.dataset.copyText ?? "").trim()); button.textContent = button.dataset.copied || button.textContent; } catch { if (source) getSelection().selectAllChildren(source); }
  });

  /* Letters left in a limited text. */
  for (const field of all("[data-count]")) {
    const said = document.getElementById(field.dataset.count);
    const show = () => { if (said) said.textContent = `${[...field.value].length} / ${field.maxLength}`; };
    field.addEventListener("input", show);
    show();
  }

  /*
   * Plan editor: rectangles over a form of number inputs. Every row [data-box="id"] holds inputs
   * [data-side=x|y|width|height]; the drawing mirrors them, so saving is the form's own work.
   * Keys on a rectangle: arrows move, Shift+arrows resize, Alt makes the step one unit.
   */
  for (const editor of all("[data-plan-editor]")) {
    const board = editor.querySelector("svg"), step = Number(editor.dataset.step || 10), NS = "http://www.w3.org/2000/svg";
    const width = board.viewBox.baseVal.width, height = board.viewBox.baseVal.height;
    const make = (name, css, parent) => { const node = document.createElementNS(NS, name); node.setAttribute("class", css); parent.append(node); return node; };
    const boxes = all("[data-box]", editor).map((row) => {
      const inputs = Object.fromEntries(all("[data-side]", row).map((input) => [input.dataset.side, input]));
      const group = make("g", `p${row.dataset.pigment || 4}`, board);
      group.setAttribute("tabindex", "0"); group.setAttribute("role", "button"); group.setAttribute("aria-label", row.dataset.label || "");
      return { row, inputs, group, rect: make("rect", "booth", group), text: make("text", "", group), grip: make("rect", "grip", group) };
    });
    const value = (box, side) => Number(box.inputs[side].value) || 0;
    const draw = () => {
      for (const box of boxes) {
        const [x, y, w, h] = ["x", "y", "width", "height"].map((side) => value(box, side));
        for (const [name, one] of [["x", x], ["y", y], ["width", w], ["height", h]]) box.rect.setAttribute(name, one);
        for (const [name, one] of [["x", x + w - step], ["y", y + h - step], ["width", step], ["height", step]]) box.grip.setAttribute(name, one);
        box.text.setAttribute("x", x + 6); box.text.setAttribute("y", y + 16);
        box.text.textContent = box.row.dataset.label || "";
        box.group.classList.toggle("clash", boxes.some((other) => other !== box && x < value(other, "x") + value(other, "width") && value(other, "x") < x + w && y < value(other, "y") + value(other, "height") && value(other, "y") < y + h));
      }
    };
    const write = (box, side, amount) => {
      const most = { x: width - value(box, "width"), y: height - value(box, "height"), width: width - value(box, "x"), height: height - value(box, "y") }[side];
      box.inputs[side].value = Math.round(Math.min(Math.max(amount, side === "x" || side === "y" ? 0 : step), most) * 100) / 100;
      box.inputs[side].dispatchEvent(new Event("input", { bubbles: true }));
    };
    const choose = (box) => { for (const one of boxes) { one.group.classList.toggle("chosen", one === box); one.row.classList.toggle("chosen", one === box); } };
    const point = (event) => { const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(board.getScreenCTM().inverse()); return [at.x, at.y]; };
    const snap = (amount, event) => event.altKey ? amount : Math.round(amount / step) * step;
    for (const box of boxes) {
      box.group.addEventListener("focus", () => choose(box));
      box.row.addEventListener("focusin", () => choose(box));
      box.group.addEventListener("pointerdown", (event) => {
        const resize = event.target === box.grip, [px, py] = point(event);
        const before = Object.fromEntries(["x", "y", "width", "height"].map((side) => [side, value(box, side)]));
        event.preventDefault();
        box.group.focus();
        box.group.setPointerCapture(event.pointerId);
        const move = (moved) => {
          const [mx, my] = point(moved), sides = resize ? ["width", "height"] : ["x", "y"];
          write(box, sides[0], snap(before[sides[0]] + mx - px, moved));
          write(box, sides[1], snap(before[sides[1]] + my - py, moved));
        };
        const end = () => { box.group.removeEventListener("pointermove", move); box.group.removeEventListener("pointerup", end); box.group.removeEventListener("pointercancel", end); };
        box.group.addEventListener("pointermove", move);
        box.group.addEventListener("pointerup", end);
        box.group.addEventListener("pointercancel", end);
      });
      box.group.addEventListener("keydown", (event) => {
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (event.key === "Enter") { event.preventDefault(); box.inputs.x.focus(); return; }
        if (!way) return;
        event.preventDefault();
        const by = event.altKey ? 1 : step, sides = event.shiftKey ? ["width", "height"] : ["x", "y"];
        write(box, sides[0], value(box, sides[0]) + way[0] * by);
        write(box, sides[1], value(box, sides[1]) + way[1] * by);
      });
    }
    editor.addEventListener("input", draw);
    draw();
  }
})();
