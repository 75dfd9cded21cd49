// A field with a list to pick from (ARIA combobox). Input methods: nothing is picked while characters are composed,
// and what is typed of them already searches, so that pinyin finds before it is Chinese.

export class PickList {
  /**
   * `find(text)` gives `[{label, detail?, badge?, ...}]`; `pick(item)` is called with one, `leave()` by Escape. Where it
   * is `eager`, Enter takes the first of what is found, even of what is still under way.
   */
  constructor(field, list, { find, pick, leave = () => {}, eager = false }) {
    this.field = field;
    this.list = list;
    this.find = find;
    this.pick = pick;
    this.leave = leave;
    this.eager = eager;
    this.items = [];
    this.active = -1;
    this.asked = 0;
    field.addEventListener("input", () => {
      this.#mark(-1);
      this.search();
    });
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[role=option]");
      if (!option) return;
      event.preventDefault();
      this.#take(Number(option.dataset.n));
    });
  }

  async search() {
    const mine = ++this.asked;
    const typed = this.field.value.trim();
    if (!typed) return this.close();
    const found = await this.find(typed).catch(() => []);
    if (mine !== this.asked || document.activeElement !== this.field) return undefined;
    return this.#show(found);
  }

  close() {
    this.asked += 1;
    this.#show([]);
  }

  /** The item that is marked, or null. */
  get marked() {
    return this.items[this.active] ?? null;
  }

  #show(items) {
    // What comes in late takes no mark away.
    const marked = this.marked?.label;
    this.items = items;
    this.list.replaceChildren(...items.map((item, n) => this.#option(item, n)));
    this.list.hidden = items.length === 0;
    this.field.setAttribute("aria-expanded", String(items.length > 0));
    this.#mark(marked === undefined ? -1 : items.findIndex((item) => item.label === marked));
  }

  #option(item, n) {
    const option = document.createElement("li");
    option.role = "option";
    option.id = `${this.list.id}-${n}`;
    option.dataset.n = n;
    const label = document.createElement("span");
    label.className = "label";
    label.textContent = item.label;
    option.append(label);
    if (item.detail) {
      const detail = document.createElement("span");
      detail.className = "soft";
      detail.textContent = item.detail;
      option.append(detail);
    }
    if (item.badge) {
      const badge = document.createElement("span");
      badge.className = `badge ${item.badge[0]}`;
      badge.textContent = item.badge[1];
      option.append(badge);
    }
    return option;
  }

  #mark(n) {
    this.active = n;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === n)));
    const option = this.list.children[n];
    if (option) {
      this.field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.field.removeAttribute("aria-activedescendant");
  }

  #take(n) {
    const item = this.items[n];
    this.close();
    this.pick(item);
  }

  async #first() {
    const typed = this.field.value.trim();
    const [item] = typed ? await this.find(typed).catch(() => []) : [];
    this.close();
    if (item) this.pick(item);
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const count = this.items.length;
    if (count && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const step = event.key === "ArrowDown" ? 1 : -1;
      // Above the first stands what was typed.
      this.#mark(((this.active + 1 + step + count + 1) % (count + 1)) - 1);
      event.preventDefault();
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.#take(this.active);
    } else if (event.key === "Enter" && this.eager) {
      event.preventDefault();
      this.#first();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (count) this.close();
      else this.leave();
    }
  }
}
