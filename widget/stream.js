import { ApiError, Pause, backoff } from './transport.js';

/** Waiting times: silence of a stream, before its first byte, between polls (ms); a long poll (s). */
export const TIMES = { stall: 40000, first: 10000, poll: 2000, hold: 25 };

/** Ways of reading, each simpler than the one before. */
export const WAYS = ['stream', 'long', 'poll'];

/**
 * Reads a text/event-stream piece by piece.
 * @param {Function} heard called with the data of each event, parsed
 * @returns {Function} takes the next piece of text
 */
export function sse(heard) {
  let rest = '';
  let data = [];
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    lines.forEach((line) => {
      if (/^data:/.test(line)) data.push(line.slice(5));
      if (line) return;
      if (data.length) heard(JSON.parse(data.join('\n')));
      data = [];
    });
  };
}

/**
 * The events of a session, in order and each once: streamed, else by long polls, else by polls.
 * `on` has event(event), up(), down(error) and refused(error).
 */
export class Stream {
  /** @param {Transport} transport @param {Object} on @param {Object=} times */
  constructor(transport, on, times) {
    Object.assign(this, { transport, on, times: Object.assign({}, TIMES, times), pause: new Pause(), way: 0, cursor: 0, script: 'hans' });
  }

  /** Read on from a cursor. @param {number} cursor */
  start(cursor) {
    this.stop();
    this.cursor = cursor;
    this.run = new AbortController();
    this.loop(this.run);
  }

  /** Read no more. */
  stop() {
    if (this.run) this.run.abort();
    this.run = null;
    this.pause.end();
  }

  /** The network is back: try at once, streaming first. */
  nudge() {
    this.way = 0;
    this.pause.end();
  }

  /** All events after a cursor, in pages. @param {number} cursor @returns {Promise<Object[]>} */
  async all(cursor) {
    const found = [];
    for (let after = cursor; ;) {
      const { events } = await this.transport.ask('GET', this.path(after));
      if (!events.length) return found;
      found.push(...events);
      after = events[events.length - 1].id;
    }
  }

  /**
   * An event must be there by now. If it has not come it is fetched, and the stream trusted no more: to a proxy that
   * holds bytes back everything looks like silence.
   * @param {number} id
   */
  async expect(id) {
    const { run } = this;
    if (!run || this.cursor >= id) return;
    const events = await this.all(this.cursor);
    if (run !== this.run || this.cursor >= id) return;
    events.forEach((event) => this.take(event));
    if (this.way || this.cursor < id) return;
    this.way = 1;
    this.start(this.cursor);
  }

  path(after) {
    return `events?after=${after}&script=${this.script}`;
  }

  take(event) {
    if (event.id <= this.cursor) return;
    this.cursor = event.id;
    this.on.event(event);
  }

  async loop(run) {
    for (let failed = 0; run === this.run;) {
      const { way } = this;
      try {
        await (way ? this.poll(run) : this.stream(run));
        failed = 0;
      } catch (error) {
        if (run !== this.run) return;
        if (!error.passing) {
          this.on.refused(error);
          return;
        }
        // Silence, or failing again and again: a simpler way.
        if (error.code === 'stalled' || failed === 3) this.way = Math.min(2, way + 1);
        if (error.code !== 'stalled') {
          this.on.down(error);
          await this.pause.wait(Math.max(error.wait * 1000, backoff(failed)));
          failed += 1;
        }
      }
    }
  }

  async poll(run) {
    const hold = this.way === 1 ? this.times.hold : 0;
    const began = Date.now();
    const page = await this.transport.ask('GET', `${this.path(this.cursor)}&wait=${hold}`, { timeout: hold * 1000 + 15000, signal: run.signal });
    if (run !== this.run) return;
    this.on.up();
    page.events.forEach((event) => this.take(event));
    // A desk or proxy that does not hold the request would be asked without end.
    if (!page.events.length && Date.now() - began < this.times.poll) await this.pause.wait(this.times.poll);
  }

  async stream(run) {
    const headers = { Accept: 'text/event-stream', 'Last-Event-ID': String(this.cursor) };
    const response = await this.transport.ask('GET', this.path(this.cursor), { headers, signal: run.signal, raw: true });
    const type = response.headers.get('Content-Type') || '';
    if (!response.body || !response.body.getReader || type.indexOf('text/event-stream')) throw new ApiError(0, 'stalled');
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    const feed = sse((event) => run === this.run && this.take(event));
    try {
      for (let limit = this.times.first; ; limit = this.times.stall) {
        const { done, value } = await within(limit, reader.read());
        if (run !== this.run || done) break;
        this.on.up();
        feed(decoder.decode(value, { stream: true }));
      }
    } finally {
      reader.cancel().catch(() => null);
    }
    await this.pause.wait(this.times.poll * Math.random());
  }
}

function within(ms, promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new ApiError(0, 'stalled')), ms);
    const end = (act) => (value) => {
      clearTimeout(timer);
      act(value);
    };
    promise.then(end(resolve), end(() => reject(new ApiError(0, 'network'))));
  });
}
