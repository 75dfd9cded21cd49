import { uuid } from './browser.js';
import { Outbox } from './outbox.js';
import { Stream } from './stream.js';
import { Transport } from './transport.js';

/** After this long without the event of an accepted message the stream is doubted. */
const DOUBT = 3000;
/** Milliseconds in which another tab must have answered. */
const PATIENCE = 200;

/**
 * Tabs of one browser share the session without writing it anywhere: a new tab asks, a tab that has one answers.
 * Where BroadcastChannel is missing every tab has a session of its own.
 */
class Handover {
  constructor(name, mine, replaced) {
    this.channel = window.BroadcastChannel && new window.BroadcastChannel(name);
    if (!this.channel) return;
    this.channel.onmessage = ({ data }) => {
      const session = mine();
      const token = session && session.token;
      if (data.ask && token && token !== data.not) this.tell({ session });
      else if (data.session && this.answered) this.answered(data.session);
      else if (token && data.old === token) replaced(data.by);
    };
  }

  tell(message) {
    if (this.channel) this.channel.postMessage(message);
  }

  // Another tab's session, or null; `not` is a token of no use.
  ask(not) {
    return new Promise((resolve) => {
      this.answered = resolve;
      setTimeout(resolve, this.channel ? PATIENCE : 0, null);
      this.tell({ ask: true, not });
    });
  }
}

/**
 * One conversation with the desk: session, messages out, events in. Knows nothing of the screen.
 * `on` has session(), history(events, queue), event(event), sending(message), refused(message, error),
 * waiting(error, seconds), line(up), fresh(why) and fatal(error).
 */
export class Client {
  /** @param {{base: string, site: string, region: ?string, session: ?Object, script: string, times: Object}} given @param {Kept} store @param {Function} fetch @param {Object} on */
  constructor(given, store, fetch, on) {
    Object.assign(this, { given, store, on, session: null });
    this.transport = new Transport(given.base, fetch);
    this.stream = new Stream(this.transport, {
      event: on.event,
      up: () => this.up(),
      down: () => on.line(false),
      refused: (error) => this.stumbled(error)
    }, given.times);
    this.stream.script = given.script;
    this.outbox = new Outbox(this.transport, store, {
      sent: (message, { cursor }) => {
        on.line(true);
        setTimeout(() => this.stream.expect(cursor).catch(() => null), DOUBT);
      },
      refused: on.refused,
      expired: () => this.renew('expired'),
      waiting: (error, seconds) => {
        if (!error.status) on.line(false);
        on.waiting(error, seconds);
      }
    });
    this.handover = new Handover(`koujing-chat:${given.base}:${given.site}`, () => this.session, (session) => {
      this.outbox.reword();
      on.fresh('replaced');
      this.adopt(session).catch((error) => this.stumbled(error));
    });
  }

  /** Find or open the session, show its history and read on; again and again until it works. @returns {Promise<void>} */
  start() {
    if (!this.starting) this.starting = this.begin();
    return this.starting;
  }

  async begin() {
    try {
      await this.adopt(this.given.session || this.store.get('session') || (await this.handover.ask()) || (await this.open()));
    } catch (error) {
      await this.stumbled(error);
    }
  }

  open() {
    const { site, region } = this.given;
    return this.transport.ask('POST', 'session', { body: { site, region: region || undefined } });
  }

  // What does not go now: a dead session is replaced, a passing trouble waited for, anything else told.
  async stumbled(error) {
    if (error.status === 401) {
      await this.renew('expired');
    } else if (error.passing) {
      this.on.line(false);
      await this.stream.pause.wait(Math.max(error.wait * 1000, 2000));
      this.starting = null;
      await this.start();
    } else {
      this.on.fatal(error);
    }
  }

  // Show what the desk remembers of a session and read on in it.
  async adopt(session) {
    const { stream, transport } = this;
    stream.stop();
    this.session = Object.assign({ at: Date.now() }, session);
    transport.token = session.token;
    this.store.set('session', this.session);
    this.on.session();
    const events = await stream.all(0);
    if (session.token !== transport.token) return;
    this.on.history(events, this.outbox.queue);
    this.up();
    stream.start(events.length ? events[events.length - 1].id : 0);
  }

  up() {
    this.on.line(true);
    this.outbox.reached();
  }

  /** A new session in place of one that the desk no longer takes, or that was cleared. @param {string} why @returns {Promise<void>} */
  renew(why) {
    if (!this.renewing) this.renewing = this.fresh(why).then(() => { this.renewing = null; });
    return this.renewing;
  }

  async fresh(why) {
    const old = this.transport.token;
    this.stream.stop();
    this.transport.token = this.given.session = null;
    ['session', 'callback'].forEach((name) => this.store.set(name));
    this.outbox.reword();
    this.on.fresh(why);
    try {
      const shared = why === 'expired' && (await this.handover.ask(old));
      const session = shared || (await this.open());
      if (!shared) this.handover.tell({ old, by: session });
      await this.adopt(session);
    } catch (error) {
      // A new session that is refused as well would be renewed without end.
      await (error.status === 401 ? this.on.fatal(error) : this.stumbled(error));
    }
  }

  /** Say something. @param {{text: string, option: string, label: string, mode: string}} said @returns {boolean} false when too many wait */
  send(said) {
    if (this.outbox.full) return false;
    const message = Object.assign({ message_id: uuid() }, said);
    this.on.sending(message);
    this.outbox.add(message);
    this.start();
    return true;
  }

  /** The network is back: try at once. */
  nudge() {
    this.outbox.pause.end();
    this.outbox.pump();
    this.stream.nudge();
  }

  /** Show everything in another script. @param {string} script */
  rescript(script) {
    this.stream.script = script;
    if (this.session) this.adopt(this.session).catch((error) => this.stumbled(error));
  }

  /** Delete the conversation at the desk and begin anew. @returns {Promise<void>} */
  async reset() {
    await this.start();
    await this.transport.ask('DELETE', 'session').catch((error) => {
      if (error.status !== 401) throw error;
    });
    this.store.clear();
    this.outbox.keep([]);
    await this.renew('cleared');
  }

  /** The API itself, once there is a session. @param {string} method @param {string} path @param {Object=} body */
  async ask(method, path, body) {
    await this.start();
    return this.transport.ask(method, path, { body });
  }

  /** The conversation as a text file. @returns {Promise<Blob>} */
  async transcript() {
    await this.start();
    const response = await this.transport.ask('GET', `transcript?script=${this.stream.script}`, { raw: true });
    return response.blob();
  }

  /** Leave. */
  close() {
    this.stream.stop();
    if (this.handover.channel) this.handover.channel.close();
  }
}
