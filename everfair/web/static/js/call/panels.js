// What stands beside the pictures: people, messages, notes, documents, the time that is left. Every form works without this.

import { post } from "./asking.js";

const root = document.querySelector("[data-room]");
const find = (what) => root?.querySelector(what);
const put = (place, text) => { place.textContent = text; };

/** People in the room and before its door, as the page draws them, too. */
export class People {
  constructor(config) {
    this.config = config;
    this.list = find("[data-people]");
    this.row = document.querySelector("template[data-template=row]");
  }

  how(person) {
    const { words } = this.config;
    const where = { waiting: words.waits, in: words.inside, left: words.left }[person.state] || "";
    return [person.role === "interpreter" && words.interpreter, where, person.hand && person.state === "in" && words.raised].filter(Boolean).join(" · ");
  }

  draw(person) {
    let row = [...this.list.children].find((one) => one.dataset.code === person.code);
    if (!row) { row = this.row.content.firstElementChild.cloneNode(true); row.dataset.code = person.code; this.list.append(row); }
    const who = row.querySelector(".who");
    put(row.querySelector("b"), person.name);
    const [firm] = who.querySelectorAll(":scope > span"), country = who.querySelector("abbr");
    if (firm) put(firm, person.firm);
    if (country) put(country, person.country);
    put(row.querySelector("[data-how]"), this.how(person));
    row.dataset.state = person.state;
    row.hidden = person.state === "admitted";
    if (this.config.host && person.code !== this.config.me) this.buttons(row, person);
  }

  buttons(row, person) {
    const { words, urls } = this.config;
    const here = this.config.stage && person.state === "in" ? ["hush", "remove"] : ["remove"];
    const acts = { waiting: ["admit", "refuse"], refused: ["admit"], removed: ["admit"] }[person.state] || here;
    let place = row.querySelector("form.acts");
    if (place && place.dataset.for === person.state) return;
    place?.remove();
    place = document.createElement("form");
    place.className = "acts";
    place.dataset.for = person.state;
    for (const act of acts) {
      const button = document.createElement("button"), name = document.createElement("span");
      button.type = "button";
      button.dataset.act = act;
      button.className = act === "admit" ? "btn quiet" : "btn text";
      name.className = "vh";
      put(name, ` ${person.name}`);
      button.append(words[act], name);
      button.addEventListener("click", async () => {
        button.disabled = true;
        const url = urls.person.replace("/people/-/admit/", `/people/${person.code}/${act}/`);
        const answer = await post(url).catch(() => ({ status: 0, data: {} }));
        if (answer.status !== 200) { button.disabled = false; dispatchEvent(new CustomEvent("everfair:call-note", { detail: answer.data.words || words.unseen })); }
      });
      place.append(button);
    }
    row.append(place);
  }
}

/** Messages of the conversation: sent without leaving, heard live where the page may listen. */
export const messages = (config) => {
  const list = find("[data-said]"), form = find("[data-say]"), { talk, words, urls } = config;
  if (!talk || !form) return;
  const field = form.elements.text, error = form.querySelector("[data-error]");
  const end = () => { list.scrollTop = list.scrollHeight; };
  const add = ({ number, own, by, text, side }) => {
    const known = [...list.children].find((one) => (number && one.dataset.number === String(number)) || (own && one.dataset.own === own));
    if (known) { if (number) known.dataset.number = number; if (by) put(known.querySelector("small"), by); return; }
    const row = document.createElement("li"), name = document.createElement("small"), said = document.createElement("p");
    if (side === talk.side) row.className = "mine";
    if (number) row.dataset.number = number;
    if (own) row.dataset.own = own;
    put(name, by || "");
    put(said, text);
    row.append(name, said);
    list.append(row);
    end();
    if (side !== talk.side) { const panel = list.closest("details"); if (!panel.open) panel.classList.add("news"); }
  };
  end();
  window.everfairSocket?.connect(talk.topic, (fact) => { if (fact.kind === "message" && fact.text) add(fact); }, { onGone: () => {} });
  let number = "";
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    number ||= crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
    const own = number, answer = await post(urls.message_say, { text, number: own }).catch(() => ({ status: 0, data: {} }));
    error.hidden = answer.status === 200;
    if (answer.status !== 200) { put(error, answer.data.words || words.unseen); return; }
    if (field.value.trim() === text) field.value = "";
    number = "";
    add({ own, text, side: talk.side, by: words.you });
  });
  field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); } });
  list.closest("details").addEventListener("toggle", (event) => event.target.classList.remove("news"));
};

/** Notes of all and agenda: saved when one stops typing; what another wrote meanwhile is shown, never overwritten unseen. */
export class Notes {
  constructor(config) {
    this.config = config;
    this.form = find("[data-notes]");
    this.said = this.form.querySelector("[data-saved]");
    this.meanwhile = this.form.querySelector("[data-meanwhile]");
    this.isDirty = false;
    this.form.addEventListener("input", () => { this.isDirty = true; clearTimeout(this.later); if (this.meanwhile.hidden) this.later = setTimeout(() => this.save(), 2500); });
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    const own = find("[data-private]");
    own.addEventListener("submit", async (event) => {
      event.preventDefault();
      const answer = await post(config.urls.private_save, { private: own.elements.private.value }).catch(() => ({ status: 0, data: {} }));
      put(own.querySelector("[data-saved]"), answer.status === 200 ? config.words.saved : answer.data.words || config.words.unseen);
    });
  }

  hear(fact) {
    const { agenda, text, version } = this.form.elements;
    if (fact.version <= Number(version.value) || this.isDirty) return;
    agenda.value = fact.agenda;
    text.value = fact.text;
    version.value = fact.version;
  }

  async save() {
    const { agenda, text, version } = this.form.elements, { words, urls } = this.config;
    const written = { agenda: agenda.value, text: text.value, version: version.value };
    clearTimeout(this.later);
    put(this.said, words.saving);
    const { status, data } = await post(urls.notes_save, written).catch(() => ({ status: 0, data: {} }));
    put(this.said, status === 200 ? words.saved : status === 409 ? "" : data.words || words.unseen);
    this.meanwhile.hidden = status !== 409;
    if (status === 409) {
      put(this.meanwhile.querySelector(".state"), words.meanwhile);
      put(this.meanwhile.querySelector("[data-now]"), [data.meanwhile.agenda, data.meanwhile.text].filter(Boolean).join("\n\n"));
      version.value = data.meanwhile.version; /* the next save was written knowing it */
    }
    if (status === 200) { version.value = Math.max(Number(version.value), data.version); this.isDirty = agenda.value !== written.agenda || text.value !== written.text; }
  }
}

/** Documents shown to all. */
export class Documents {
  constructor(config) {
    this.config = config;
    this.list = find("[data-documents]");
    const form = find("[data-document]"), error = form.querySelector("[data-error]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!form.elements.file.files.length) return;
      const answer = await post(config.urls.document_show, new FormData(form)).catch(() => ({ status: 0, data: {} }));
      error.hidden = answer.status === 200;
      put(error, answer.status === 200 ? "" : answer.data.words || config.words.unseen);
      if (answer.status === 200) form.reset();
    });
  }

  hear({ id, name }) {
    if ([...this.list.children].some((one) => one.dataset.id === String(id))) return;
    const row = document.createElement("li"), link = document.createElement("a");
    row.dataset.id = id;
    link.href = this.config.urls.document.replace(/\/0\/$/, `/${id}/`);
    link.target = "_blank";
    put(link, name);
    row.append(link);
    this.list.append(row);
    this.list.closest("details").open = true;
  }
}

/** The time that is left. */
export const clock = (config, ends) => {
  const place = find("[data-left]");
  const draw = () => {
    if (!ends()) { place.hidden = true; return; }
    const minutes = Math.ceil((new Date(ends()) - Date.now()) / 60000);
    place.hidden = false;
    put(place, minutes > 0 ? config.words.minutesLeft.replace("%n", minutes) : config.words.timeOver);
    place.classList.toggle("wait", minutes <= 5);
  };
  draw();
  setInterval(draw, 10000);
};
