import { App } from './app.js';
import { Kept } from './browser.js';
import { palette, parse } from './colour.js';
import { h, set, trap } from './dom.js';

const ACCENT = '#17518a';
const PHONE = '(max-width: 640px), (max-height: 480px)';
const DARK = '(prefers-color-scheme: dark)';

function sessionOf({ session, token }) {
  try {
    return JSON.parse(session);
  } catch (error) {
    return token ? { token } : null;
  }
}

// A constructable sheet, which no Content-Security-Policy of the page forbids; where the engine has none, or the file
// cannot be fetched, a <link>.
async function dress(shadow, { href, integrity }) {
  const sure = integrity ? { integrity } : {};
  try {
    const sheet = new CSSStyleSheet();
    const response = await window.fetch(href, Object.assign({ credentials: 'omit' }, sure));
    if (!response.ok) throw new Error(String(response.status));
    sheet.replaceSync(await response.text());
    shadow.adoptedStyleSheets = [sheet];
  } catch (error) {
    await new Promise((resolve) => {
      shadow.append(h('link', Object.assign({ rel: 'stylesheet', href, crossorigin: 'anonymous', onload: resolve, onerror: resolve }, sure)));
    });
  }
}

/** `<koujing-chat data-site data-region data-title data-color data-position data-mode data-elder data-kiosk data-script data-token data-session>` */
class KoujingChat extends HTMLElement {
  static get observedAttributes() {
    return ['data-mode', 'data-color'];
  }

  connectedCallback() {
    if (this.app) return;
    const desk = window.KoujingChat;
    const shadow = this.shadowRoot || this.attachShadow({ mode: 'open' });
    const { site = 'demo', region, title, mode, kiosk, script, elder } = this.dataset;
    this.page = mode === 'page';
    this.box = h('div.root', { hidden: true });
    this.phone = window.matchMedia(PHONE);
    this.dark = window.matchMedia(DARK);
    shadow.append(this.box);
    this.app = new App(this.box, {
      base: desk.base, site, region, title, script, page: this.page, kiosk: Number(kiosk),
      elder: mode === 'elder' || elder !== undefined, session: sessionOf(this.dataset)
    }, {
      prefs: new Kept(() => window.localStorage, 'koujing-chat'),
      store: new Kept(() => window.sessionStorage, `koujing-chat:${site}`),
      fetch: window.fetch.bind(window),
      emit: (name, detail) => this.emit(name, detail)
    });
    this.listen();
    this.colours();
    this.shape();
    dress(shadow, desk.styles).then(() => {
      this.box.hidden = false;
      this.colours();
      if (this.page || this.app.store.get('open')) this.app.open(true);
      desk.attach(this);
      this.emit('ready', {});
    });
  }

  disconnectedCallback() {
    if (!this.app || this.isConnected) return;
    this.app.leave();
    this.app = null;
    this.box.remove();
  }

  attributeChangedCallback(name, before, value) {
    if (this.app && name === 'data-mode' && !this.page) this.app.setMode(value);
    if (this.app) this.colours();
  }

  emit(name, detail) {
    if (name === 'open' || name === 'close') this.shape();
    window.dispatchEvent(new CustomEvent(`koujing-chat:${name}`, { detail }));
  }

  // Listening twice to the same is listening once, so that nothing has to be undone.
  listen() {
    [[this.phone, 'change'], [this.dark, 'change'], [window, 'online'], [window, 'offline'], [window.visualViewport, 'resize'], [window.visualViewport, 'scroll']]
      .forEach(([target, type]) => target && target.addEventListener && target.addEventListener(type, this));
    ['keydown', 'keypress', 'keyup', 'pointerdown'].forEach((type) => this.box.addEventListener(type, this));
  }

  handleEvent(event) {
    const { type } = event;
    if (!this.app) return;
    if (type === 'online') this.app.client.nudge();
    else if (type === 'offline') this.app.line(false);
    else if (type === 'change') this.colours();
    if (event.currentTarget !== this.box) {
      this.shape();
      return;
    }
    this.app.kiosk.used();
    // The page's own shortcuts are not meant for what is typed here.
    if (type !== 'pointerdown') event.stopPropagation();
    if (type !== 'keydown') return;
    if (event.key === 'Escape' && !event.isComposing) this.app.close();
    if (this.modal) trap(event, this.app.at.panel);
  }

  // On a phone the open panel is a dialog over everything; elsewhere a region beside the page.
  shape() {
    const phone = this.phone.matches;
    const modal = !this.page && this.app.opened && phone;
    set(this.app.at.panel, { role: modal ? 'dialog' : 'region', 'aria-modal': modal && 'true' });
    const { classList } = this.box;
    classList.toggle('page', this.page);
    classList.toggle('phone', phone && !this.page);
    classList.toggle('left', this.dataset.position === 'left');
    const { style } = document.documentElement;
    if (modal) style.setProperty('overflow', 'hidden');
    else if (this.modal) style.removeProperty('overflow');
    this.modal = modal;
    this.fit();
  }

  // Above a telephone's keyboard; pinched in, the person moves about by hand.
  fit() {
    const view = window.visualViewport;
    if (!view || !this.modal || view.scale > 1.01) return;
    this.box.style.setProperty('--_height', `${view.height}px`);
    this.box.style.setProperty('--_top', `${view.offsetTop}px`);
  }

  // From data-color or --kj-accent, with contrast made sure of.
  colours() {
    const given = window.getComputedStyle(this).getPropertyValue('--kj-accent');
    const accent = parse(this.dataset.color) || parse(given) || parse(ACCENT);
    const found = palette(accent, this.dark.matches);
    Object.keys(found).forEach((name) => this.box.style.setProperty(name, `rgb(${found[name]})`));
  }
}

['open', 'close', 'toggle', 'send', 'reset', 'setMode'].forEach((name) => {
  KoujingChat.prototype[name] = function call(...args) {
    return this.app[name](...args);
  };
});

if (!window.customElements.get('koujing-chat')) window.customElements.define('koujing-chat', KoujingChat);
