// The pictures of a call: a tile for each person, one more for each screen. Draws, decides nothing.

const root = document.querySelector("[data-room]");
const place = root?.querySelector("[data-tiles]");
const template = document.querySelector("template[data-template=tile]");

export class Tiles {
  constructor(words, me) {
    this.words = words;
    this.me = me;
    this.tiles = new Map();
    for (const tile of place.querySelectorAll("[data-code]")) tile.remove();
  }

  key(code, what) { return what === "screen" ? `${code}/screen` : code; }

  of(code, what = "person") {
    const key = this.key(code, what);
    let tile = this.tiles.get(key);
    if (tile) return tile;
    tile = template.content.firstElementChild.cloneNode(true);
    tile.dataset.code = code;
    tile.dataset.what = what;
    if (code === this.me) { tile.classList.add("own"); tile.querySelector("video").muted = true; }
    if (what === "screen") tile.classList.add("screen");
    this.tiles.set(key, tile);
    if (what === "screen") place.prepend(tile); else if (code === this.me) place.append(tile); else place.insertBefore(tile, this.tiles.get(this.me) || null);
    this.count();
    return tile;
  }

  /* Who it is and what they do, from the person's fact. */
  draw(person) {
    const tile = this.of(person.code), [name, firm, country, how] = tile.querySelector(".tile-name").children, { words } = this;
    name.textContent = person.name;
    firm.textContent = person.firm;
    country.textContent = person.country;
    const said = [person.code === this.me && words.you, person.role === "interpreter" && words.interpreter, person.muted && words.muted, person.mode === "sound" && words.soundOnly, person.mode === "text" && words.textOnly, person.sharing && words.shows];
    how.textContent = said.filter(Boolean).join(" · ");
    tile.querySelector(".avatar").textContent = (person.name || "?").slice(0, 1);
    tile.classList.toggle("hand", Boolean(person.hand));
    tile.dataset.hand = person.hand ? words.raised : "";
    tile.dataset.mode = person.mode;
    if (person.code !== this.me) this.cover(person.code, person.camera_off || person.mode !== "picture");
    if (!person.sharing && person.code !== this.me) this.drop(person.code, "screen");
    const screen = this.tiles.get(this.key(person.code, "screen"));
    if (screen) screen.querySelector(".tile-name").firstElementChild.textContent = person.name;
  }

  cover(code, isCovered) { const video = this.tiles.get(code)?.querySelector("video"); if (video) { video.classList.toggle("covered", isCovered); } }

  show(code, stream, what, onBlocked) {
    const video = this.of(code, what).querySelector("video");
    video.hidden = false;
    if (video.srcObject !== stream) video.srcObject = stream;
    video.play().catch((error) => { if (error.name === "NotAllowedError") onBlocked?.(video); });
  }

  /* Own picture: shown while there is one, and the same one left alone: each new stream keeps pictures of the camera, which has few. */
  own(track, what = "person") {
    const video = track || what === "person" ? this.of(this.me, what).querySelector("video") : null;
    if (!track) { if (what === "screen") this.drop(this.me, "screen"); else { video.hidden = true; video.srcObject = null; } return; }
    video.muted = true;
    this.show(this.me, video.srcObject?.getTracks()[0] === track ? video.srcObject : new MediaStream([track]), what);
  }

  line(code, words) { const note = this.tiles.get(code)?.querySelector("[data-line]"); if (note) note.textContent = words; }

  talks(code, is) { this.tiles.get(code)?.classList.toggle("talks", is); }

  volume(code, loud) { const video = this.tiles.get(code)?.querySelector("video"); if (video && code !== this.me) video.volume = loud; }

  drop(code, what = "person") {
    const key = this.key(code, what), tile = this.tiles.get(key);
    if (!tile) return;
    tile.querySelector("video").srcObject = null;
    tile.remove();
    this.tiles.delete(key);
    if (what !== "screen") this.drop(code, "screen");
    this.count();
  }

  count() {
    const people = [...this.tiles.values()].filter((tile) => tile.dataset.what !== "screen").length;
    place.dataset.count = String(Math.min(9, people));
    place.classList.toggle("with-screen", [...this.tiles.keys()].some((key) => key.endsWith("/screen")));
    root.querySelector("[data-alone]").hidden = people > 1;
  }
}
