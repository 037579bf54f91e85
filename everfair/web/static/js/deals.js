// A firm's board: cards are dragged, or moved with arrow keys from their handle. Each move is saved at once; refused, the page
// is loaded again and says why. Without this script each card has a form.
(() => {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const said = document.querySelector("[data-board-said]"), columns = [...board.querySelectorAll("ol[data-stage]")];
  const token = board.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!token) return;
  let dragged = null, pressed = null, from = null, saving = Promise.resolve();

  const tell = (text) => { said.textContent = text; };
  const spot = (card) => ({ column: card.parentElement, place: [...card.parentElement.children].indexOf(card) });
  const count = (column, step) => {
    const shown = column.parentElement.querySelector("[data-count]"), number = Number(shown.textContent);
    if (Number.isInteger(number)) shown.textContent = number + step;
  };

  const save = async (card, stage, before) => {
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, stage, before, version: card.dataset.version });
    const answer = await fetch(card.querySelector("form").action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.error || "");
    card.dataset.version = told.version;
    for (const field of card.querySelectorAll("[name=version]")) field.value = told.version;
    for (const field of card.querySelectorAll("select[name=stage]")) field.value = stage;
  };

  const moved = (card, was) => {
    const now = spot(card);
    if (now.column === was.column && now.place === was.place) return;
    if (now.column !== was.column) { count(was.column, -1); count(now.column, 1); }
    const before = card.nextElementSibling?.dataset.deal || "";
    tell(board.dataset.wordsMoved.replace("{stage}", now.column.dataset.name).replace("{place}", now.place + 1));
    saving = saving.then(() => save(card, now.column.dataset.stage, before)).catch((error) => {
      tell(error.message || board.dataset.wordsFailed);
      alert(error.message || board.dataset.wordsFailed);
      location.reload();
    });
  };

  const below = (column, y) => [...column.children].find((one) => {
    const box = one.getBoundingClientRect();
    return one !== dragged && y < box.top + box.height / 2;
  }) || null;

  // A browser that sees the drag begin looks for the card under the place that was pressed. Where the board or the page has slid
  // meanwhile, that is another card; so the card is the one that was pressed, and its picture hangs where it was taken.
  board.addEventListener("pointerdown", (event) => {
    const card = event.target.closest("[data-deal]"), box = card?.getBoundingClientRect();
    pressed = card && { card, x: event.clientX - box.left, y: event.clientY - box.top };
  });
  board.addEventListener("dragstart", (event) => {
    const card = pressed?.card || event.target.closest?.("[data-deal]");
    if (!card) return;
    dragged = card; from = { ...spot(card), next: card.nextElementSibling };
    if (pressed) event.dataTransfer.setDragImage(card, pressed.x, pressed.y);
    card.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.deal);
  });
  board.addEventListener("dragend", (event) => {
    const card = dragged;
    dragged = pressed = null;
    if (!card) return;
    card.classList.remove("dragged");
    // Given up by Escape, or let go beside the board: it goes back.
    if (event.dataTransfer.dropEffect === "none") from.column.insertBefore(card, from.next);
    else moved(card, from);
  });

  for (const card of board.querySelectorAll("[data-deal]")) {
    card.draggable = true;
    for (const link of card.querySelectorAll("a")) link.draggable = false;
    const grip = card.querySelector("[data-grip]");
    grip.hidden = false;
    grip.addEventListener("keydown", (event) => {
      const was = spot(card), at = columns.indexOf(was.column), isRtl = getComputedStyle(board).direction === "rtl";
      const side = { ArrowLeft: isRtl ? 1 : -1, ArrowRight: isRtl ? -1 : 1 }[event.key];
      if (event.key === "ArrowUp" && card.previousElementSibling) card.previousElementSibling.before(card);
      else if (event.key === "ArrowDown" && card.nextElementSibling) card.nextElementSibling.after(card);
      else if (side && columns[at + side]) columns[at + side].prepend(card);
      else return;
      event.preventDefault();
      grip.focus();
      card.scrollIntoView({ block: "nearest", inline: "nearest" });
      moved(card, was);
    });
  }
  board.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const column = event.target.closest(".deal-column")?.querySelector("ol[data-stage]");
    if (column) column.insertBefore(dragged, below(column, event.clientY));
  });
  board.addEventListener("dragenter", (event) => { if (dragged) event.preventDefault(); });
  board.addEventListener("drop", (event) => event.preventDefault());
  document.querySelector("[data-board-help]").hidden = false;
})();
