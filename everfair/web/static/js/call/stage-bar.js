// On a stage: whether one is on air, how many listen, and the host's button to begin. Beside room.js, which tells what it hears.

import { config as read, post } from "./asking.js";

const bar = document.querySelector("[data-stage-bar]"), { words, call } = read();
const begin = bar.querySelector("[data-begin]"), find = (what) => bar.querySelector(what);
const draw = (fact) => {
  const isOn = Boolean(fact.on_air) && fact.state === "open", count = find("[data-listeners]");
  find("[data-on-air]").hidden = count.hidden = !isOn;
  find("[data-off-air]").hidden = isOn;
  if (begin) begin.hidden = isOn;
  count.textContent = words.listeners.replace("%n", new Intl.NumberFormat(document.documentElement.lang).format(fact.listeners));
};
addEventListener("everfair:call", ({ detail }) => draw(detail));
draw(call);
begin?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await post(begin.action).catch(() => ({ status: 0, data: {} }));
  if (answer.status !== 200) dispatchEvent(new CustomEvent("everfair:call-note", { detail: answer.data.words || words.unseen }));
});
