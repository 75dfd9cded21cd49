import { Pause, backoff } from './transport.js';

/** How many messages may wait to be sent. */
export const ROOM = 5;

/**
 * Messages on their way, one after the other under the id they were given, until the desk has taken each.
 * `on` has sent(message, answer), refused(message, error), expired() (a promise) and waiting(error, seconds).
 */
export class Outbox {
  /** @param {Transport} transport @param {Kept} store @param {Object} on */
  constructor(transport, store, on) {
    Object.assign(this, { transport, store, on, pause: new Pause(), queue: store.get('outbox') || [] });
  }

  get full() {
    return this.queue.length >= ROOM;
  }

  /** Send, or send again. @param {{message_id: string, text: string, option: string, label: string, mode: string}} message */
  add(message) {
    this.keep(this.queue.concat(message));
    this.pump();
  }

  /** Buttons belong to a session: in a new one what they say is sent as words. */
  reword() {
    this.keep(this.queue.map(({ message_id, text, label, mode }) => ({ message_id, text: text || label, mode })));
  }

  /** The desk answers again: what waited for the network goes at once, what the desk put off waits its time. */
  reached() {
    if (this.cut) this.pause.end();
    this.pump();
  }

  keep(queue) {
    this.queue = queue;
    this.store.set('outbox', queue.length ? queue : undefined);
  }

  async pump() {
    if (this.busy) return;
    this.busy = true;
    for (let attempt = 0; this.queue.length && this.transport.token;) {
      const message = this.queue[0];
      const done = () => this.keep(this.queue.filter((other) => other.message_id !== message.message_id));
      const { message_id, text, option, mode } = message;
      try {
        const answer = await this.transport.ask('POST', 'messages', { body: { message_id, text: option ? undefined : text, option, mode } });
        done();
        attempt = 0;
        this.on.sent(message, answer);
      } catch (error) {
        if (error.status === 401) {
          await this.on.expired();
        } else if (error.passing) {
          const ms = error.wait * 1000 || backoff(attempt);
          attempt += 1;
          this.cut = !error.status;
          this.on.waiting(error, Math.ceil(ms / 1000));
          await this.pause.wait(ms);
        } else {
          done();
          this.on.refused(message, error);
        }
      }
    }
    this.busy = false;
  }
}
