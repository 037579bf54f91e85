// A firm's board: cards are dragged, or moved with arrow keys from their handle. Each move is saved at once; refused, the page
// is loaded again and says why. Without this script each card has a form.
(() => {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const said = document.querySelector("[data-board-said]"), columns = [...board.querySelectorAll("ol[data-stage]")];
  const token = board.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!token) return;
  let dragged = null, saving = Promise.resolve();

  const tell = (text) => { said.textContent = text; };
  const spot = (card) => ({ column: card.parentElement, place: [...card.parentElement.children].indexOf(card) });
  const count = (column, step) => {
    const shown = column.parentElement.querySelector("[data-count]"), number = Number(shown.textContent);
    if (Number.isInteger(number)) shown.textContent = number + step;
  };

  const save = async (card, stage, before) => {
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, stage, before, version: card.dataset.version });
    const answer = await fetch(card.dataset.move, { method: "POST", body, headers: { Accept: "application/json" } });
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

  let from = null;
  for (const card of board.querySelectorAll("[data-deal]")) {
    card.draggable = true;
    card.addEventListener("dragstart", (event) => {
      dragged = card; from = spot(card);
      card.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.dataset.deal);
    });
    card.addEventListener("dragend", () => { card.classList.remove("dragged"); if (dragged) moved(card, from); dragged = null; });
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
  for (const column of columns) {
    column.parentElement.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      column.insertBefore(dragged, below(column, event.clientY));
    });
    column.parentElement.addEventListener("drop", (event) => event.preventDefault());
  }
  document.querySelector("[data-board-help]").hidden = false;
})();
