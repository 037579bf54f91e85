/* Lines of a quotation come and go at once; without this file the same buttons ask the server for them. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-quotation]");
  if (!form) return;
  const rows = form.querySelector("[data-rows]"), count = form.querySelector("[data-count]"), add = form.querySelector("[data-add]");
  const most = Number(form.dataset.most);

  const rename = (row, place) => {
    for (const part of row.querySelectorAll("[name], [id], [for], [aria-describedby]"))
      for (const name of ["name", "id", "for", "aria-describedby"])
        if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(/line-\d+-/g, `line-${place}-`));
  };
  const empty = (row) => {
    for (const input of row.querySelectorAll("input")) {
      input.value = input.name.endsWith("-quantity") ? "1" : "";
      input.removeAttribute("aria-invalid");
    }
    for (const error of row.querySelectorAll(".error")) error.remove();
  };
  add.addEventListener("click", (event) => {
    const last = rows.querySelector("[data-row]:last-child");
    if (!last) return; /* none is left: the server gives one */
    event.preventDefault();
    const place = Number(count.value), row = last.cloneNode(true);
    row.hidden = false;
    rename(row, place);
    empty(row);
    row.querySelector("[data-remove]").value = `remove-${place}`;
    rows.append(row);
    count.value = String(place + 1);
    add.disabled = place + 1 >= most;
    row.querySelector("input").focus();
  });
  rows.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-row]");
    empty(row); /* an empty line is left out by the server, so the others keep their names */
    row.hidden = true;
    const seen = [...rows.querySelectorAll("[data-row]:not([hidden])")];
    (seen.at(-1)?.querySelector("input") ?? add).focus();
  });
})();
