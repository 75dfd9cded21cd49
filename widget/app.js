import { copy, print, saveFile } from './browser.js';
import { Client } from './client.js';
import { Composer } from './composer.js';
import { all, button, fill, h, set } from './dom.js';
import { callback, confirmClear } from './forms.js';
import { Kiosk } from './kiosk.js';
import { Log } from './log.js';
import { frame, intro, label } from './panel.js';
import { heard } from './reply.js';
import { t, use, why } from './strings.js';
import { Live, Speech } from './voice.js';

const LIMIT = 1000;
/** Text sizes of the elder mode, as multiples of the reader's own: 20 to 30 px at the usual 16. */
const SIZES = [1.25, 1.375, 1.5, 1.6875, 1.875];

/** The window: ties the conversation, the screen and what the person prefers together. */
export class App {
  /**
   * @param {HTMLElement} root where the window stands
   * @param {{base, site, region, title, elder: ?boolean, script: ?string, kiosk: number, session: ?Object, page: boolean}} config
   * @param {{prefs: Kept, store: Kept, fetch: Function, emit: Function}} tools
   */
  constructor(root, config, { prefs, store, fetch, emit }) {
    Object.assign(this, { root, config, prefs, store, emit, up: true, opened: false });
    // On a page of the desk the page itself holds these choices.
    const { script = config.script || 'hans', elder = config.elder } = config.page ? {} : prefs.values;
    Object.assign(this, { script, elder });
    use(script);
    this.live = new Live();
    this.kiosk = new Kiosk({ warn: (soon) => this.warn(soon), clear: () => this.reset().catch(() => store.clear()) });
    this.log = new Log({
      card: (entry) => this.card(entry),
      changed: (ask) => this.composer.hint(ask),
      again: (message) => this.client.outbox.add(message)
    });
    this.composer = new Composer({
      limit: () => (this.session.limits ? this.session.limits.message_length : LIMIT),
      submit: (text) => this.say({ text }),
      changed: (text) => store.set('draft', text || undefined)
    });
    this.composer.set(store.get('draft') || '');
    this.client = new Client(Object.assign({}, config, { script: this.script }), store, fetch, this.hears());
    this.at = frame(this.acts(), this);
    fill(root, [this.at.panel, !config.page && this.at.launcher]);
    this.speech = new Speech(window.speechSynthesis, (can) => root.classList.toggle('speaks', can));
    set(this.at.elder, { hidden: config.page });
    set(this.at.script, { hidden: config.page });
    this.dress();
    const answer = (mode) => () => {
      this.setMode(mode);
      this.composer.focus();
    };
    // Offered once, at the first visit.
    if (!elder && !config.page && !prefs.get('asked')) this.strip(t('elderAsk'), ['elder', answer('elder')], ['elderNo', answer('auto')]);
  }

  get session() {
    return (this.client && this.client.session) || this.config.session || {};
  }

  get size() {
    return this.prefs.get('size') || 0;
  }

  get privacy() {
    const { privacy_url: path } = this.session;
    return path && new URL(path, `${this.config.base}/`).href;
  }

  acts() {
    return {
      toggle: () => this.toggle(),
      close: () => this.close(),
      elder: () => this.setMode(this.elder ? 'auto' : 'elder'),
      script: () => this.rescript(),
      human: () => this.callback(),
      more: () => this.more(),
      save: () => this.act(() => this.save()),
      print: () => print(all(this.root, 'details:not([open])'), !this.config.page),
      clear: () => confirmClear(this.at.panel, () => this.act(() => this.reset())),
      smaller: () => this.resize(-1),
      larger: () => this.resize(1)
    };
  }

  callback() {
    callback(this.at.panel, { client: this.client, store: this.store, privacy: this.privacy });
  }

  card(entry) {
    return {
      entry,
      few: this.elder,
      reach: this.session.reach,
      choose: ({ id, label }) => { if (this.say({ option: id, label })) entry.used = id; },
      tell: (receipt, told) => this.client.ask('POST', 'feedback', Object.assign({ receipt }, told)),
      copy: (text) => this.act(() => copy(text, this.root).then(() => this.tell(t('copied')))),
      speak: (text, one) => this.speech.toggle(text, one, this.elder ? 0.85 : 1),
      callback: () => this.callback()
    };
  }

  hears() {
    const { log } = this;
    return {
      session: () => {
        this.kiosk.used(this.config.kiosk || (this.session.site && this.session.site.kiosk_minutes) || 0);
        this.dress();
      },
      history: (events, queue) => log.history(events, queue),
      event: (event) => this.event(event),
      sending: (message) => log.sending(message),
      refused: (message, error) => {
        log.mark(message.message_id, 'unsent');
        this.tell(t('failed', why(error)), true);
        if (!this.composer.text && message.text) this.composer.set(message.text);
      },
      waiting: (error, seconds) => {
        this.client.outbox.queue.forEach((message) => log.mark(message.message_id, 'waiting'));
        if (error.status) this.tell(t(error.status === 429 ? 'busy' : 'retrying', seconds), true);
      },
      line: (up) => this.line(up),
      fresh: (reason) => {
        const said = log.entries.length;
        log.fresh(reason === 'expired');
        if (!said || reason === 'cleared') return;
        log.line(t(reason));
        this.live.warn(t(reason));
      },
      fatal: (error) => this.tell(t('fatal', why(error)), true)
    };
  }

  event(event) {
    const entry = this.log.event(event);
    if (event.type === 'reply' && entry) this.live.say(heard(event.view));
    if (event.type === 'failed') this.live.warn(event.text);
    if (event.type === 'notice') this.live.say(event.text);
    if (event.type === 'operator') this.live.say(`${event.name}：${event.text}`);
    if (event.type === 'message') this.tell('');
    this.emit(event.type === 'failed' ? 'error' : event.type, event);
  }

  line(up) {
    if (up === this.up) return;
    this.up = up;
    fill(this.at.offline, !up && t('offline'));
    this.tell(up && t('online'));
  }

  /** A passing word below the head. @param {?string} text @param {boolean=} urgent stays, and is said at once */
  tell(text, urgent) {
    clearTimeout(this.passing);
    this.at.said.classList.toggle('warn', Boolean(urgent));
    // An urgent word is said by the alert: the status shows it without saying it again.
    fill(this.at.said, urgent ? h('span', { 'aria-hidden': 'true' }, text) : text);
    if (urgent) this.live.warn(text);
    else if (text) this.passing = setTimeout(() => this.tell(''), 6000);
  }

  say(said) {
    const sent = this.client.send(Object.assign({ mode: this.elder ? 'elder' : 'normal' }, said));
    if (!sent) this.tell(t('full', this.client.outbox.queue.length), true);
    return sent;
  }

  dress() {
    const { at, elder, session, root } = this;
    const hant = this.script === 'hant';
    const { size } = this;
    label(at, { title: this.config.title, session, privacy: this.privacy, elder, hant, size: Math.round(SIZES[size] * 16) });
    root.lang = hant ? 'zh-Hant' : 'zh-CN';
    root.classList.toggle('elder', elder);
    root.style.setProperty('--_size', `${elder ? SIZES[size] : 1}em`);
    set(at.smaller, { 'aria-disabled': size === 0 && 'true' });
    set(at.larger, { 'aria-disabled': size === SIZES.length - 1 && 'true' });
    [this.log.region, this.log.node].forEach((node) => set(node, { 'aria-label': t('log') }));
    fill(this.log.intro, intro(session, () => this.say({ text: t('canAsk') }), this.config.page));
    this.composer.words(this.log.ask());
    this.log.repaint();
  }

  resize(step) {
    const size = this.size + step;
    if (!SIZES[size]) return;
    this.prefs.set('size', size);
    this.dress();
  }

  more() {
    const { tools, more } = this.at;
    tools.hidden = !tools.hidden;
    set(more, { 'aria-expanded': String(!tools.hidden) });
  }

  // Before a public computer is cleared there is half a minute to say no.
  warn(soon) {
    const used = soon && (this.log.entries.length || this.composer.text);
    if (used) {
      this.strip(t('kiosk'), ['stay', () => this.kiosk.used()]);
      this.live.warn(t('kiosk'));
    } else if (this.warned) fill(this.at.strips);
    this.warned = used;
  }

  // Something to decide, in the flow of the window: nothing pops up.
  strip(words, ...choices) {
    fill(this.at.strips, h('div.strip', h('p', words), choices.map(([key, act], n) => button(t(key), act, { class: n ? null : 'main' }))));
  }

  async save() {
    saveFile(await this.client.transcript(), t('saveName'), this.root);
    this.tell(t('saved'));
  }

  // Do what may fail, and say so when it does.
  async act(what) {
    try {
      await what();
    } catch (error) {
      this.tell(t('failed', why(error)), true);
    }
  }

  rescript() {
    this.script = this.script === 'hant' ? 'hans' : 'hant';
    this.prefs.set('script', this.script);
    use(this.script);
    this.dress();
    this.client.rescript(this.script);
  }

  /** 长者模式 on or off. @param {string} mode elder, or anything else */
  setMode(mode) {
    this.elder = mode === 'elder';
    this.prefs.set('elder', this.elder);
    this.prefs.set('asked', true);
    fill(this.at.strips);
    this.dress();
    this.emit('mode', { mode });
  }

  /** Delete the conversation, here and at the desk. @returns {Promise<void>} */
  async reset() {
    this.speech.stop();
    this.composer.set('');
    await this.client.reset();
    this.store.set('open', this.opened);
    this.tell(t('cleared'));
    this.composer.focus();
    this.emit('reset', {});
  }

  /** @param {boolean=} quiet leave the focus where it is */
  open(quiet) {
    if (!this.opened) this.toggle(quiet);
  }

  close() {
    if (this.opened && !this.config.page) this.toggle();
  }

  /** Open or close. @param {boolean=} quiet */
  toggle(quiet) {
    const opened = !this.opened;
    const { panel, launcher } = this.at;
    this.opened = opened;
    panel.hidden = !opened;
    launcher.hidden = opened;
    set(launcher, { 'aria-expanded': String(opened) });
    this.store.set('open', opened);
    this.speech.stop();
    if (opened) this.client.start();
    this.composer.grow();
    if (quiet !== true) (opened ? this.composer : launcher).focus();
    this.emit(opened ? 'open' : 'close', {});
  }

  /** Say something in the person's name. @param {string} text */
  send(text) {
    this.open(true);
    this.say({ text: String(text) });
  }

  /** Leave. */
  leave() {
    this.kiosk.used(0);
    this.speech.stop();
    this.client.close();
  }
}
