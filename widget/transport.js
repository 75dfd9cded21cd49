/** What the desk refused; status 0 where it could not be reached. */
export class ApiError extends Error {
  /** @param {number} status @param {string} code @param {string=} message @param {number=} wait seconds */
  constructor(status, code, message, wait) {
    super(message || code);
    Object.assign(this, { status, code, wait: wait || 0 });
  }

  /** Whether the same may be tried again later. */
  get passing() {
    return !this.status || this.status === 429 || this.status >= 500;
  }
}

/** Waiting that can be cut short. */
export class Pause {
  /** @param {number} ms @returns {Promise<void>} */
  wait(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  end() {
    // Nobody waits.
  }
}

/** Milliseconds to the next try: 1, 2, 4 … 30 s, of which half is by chance. @param {number} attempt from 0 @param {Function=} random */
export function backoff(attempt, random) {
  return Math.min(30, Math.pow(2, attempt)) * 500 * (1 + (random || Math.random)());
}

async function refusal(response) {
  const { error } = await response.json().catch(() => ({}));
  const { code, message } = error || {};
  return new ApiError(response.status, code || 'http', message, parseInt(response.headers.get('Retry-After'), 10));
}

/** The desk's web API, for one session at a time. */
export class Transport {
  /** @param {string} base address of the desk @param {Function} fetch */
  constructor(base, fetch) {
    Object.assign(this, { base: `${base}/api/v1/web/`, fetch, token: null });
  }

  /**
   * One request; the response when it is a good one, read to the end as JSON unless `raw`.
   * @param {string} method
   * @param {string} path
   * @param {{body: Object, headers: Object, timeout: number, signal: AbortSignal, raw: boolean}=} given
   * @returns {Promise<*>}
   * @throws {ApiError}
   */
  async ask(method, path, given) {
    const { body, headers, timeout, signal, raw } = given || {};
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeout || 15000);
    if (signal) signal.addEventListener('abort', () => stop.abort());
    try {
      const response = await this.fetch(this.base + path, {
        method,
        headers: Object.assign({}, headers, this.token && { Authorization: `Bearer ${this.token}` }, body && { 'Content-Type': 'application/json' }),
        body: body && JSON.stringify(body),
        signal: stop.signal,
        credentials: 'omit',
        cache: 'no-store'
      });
      if (!response.ok) throw await refusal(response);
      return raw || response.status === 204 ? response : await response.json();
    } catch (error) {
      throw error instanceof ApiError ? error : new ApiError(0, 'network');
    } finally {
      clearTimeout(timer);
    }
  }
}
