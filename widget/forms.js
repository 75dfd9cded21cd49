import { uuid } from './browser.js';
import { away, button, fill, h, reachable, set, trap } from './dom.js';
import { notes } from './reply.js';
import { t, why } from './strings.js';

const NUMBER = /^(\+?86[- ]?)?(1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}([- ]?\d{1,6})?)$/;

/**
 * A dialog over the panel: Tab stays inside, Esc closes, and focus goes back to where it was.
 * @param {HTMLElement} panel
 * @param {string} title
 * @param {Function} content takes close(), gives what stands in it
 */
function dialog(panel, title, content) {
  const opener = panel.getRootNode().activeElement;
  const close = () => {
    node.remove();
    if (opener) opener.focus();
  };
  const node = h('div.dialog', {
    role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'dialog-title', part: 'dialog',
    onkeydown: (event) => {
      if (event.key === 'Escape') close();
      trap(event, node);
      event.stopPropagation();
    }
  }, h('div.sheet', h('h3', { id: 'dialog-title' }, title), content(close)));
  panel.append(node);
  reachable(node)[0].focus();
}

/** Ask before the conversation is cleared. @param {HTMLElement} panel @param {Function} act */
export function confirmClear(panel, act) {
  dialog(panel, t('clearTitle'), (close) => [
    h('p', t('clearText')),
    h('div.row', button(t('cancel'), close), button(t('clear'), () => {
      close();
      act();
    }, { class: 'main danger' }))
  ]);
}

/**
 * Leave a number to be called back: consent first, then the number; revocable for as long as the desk says.
 * @param {HTMLElement} panel
 * @param {{client: Client, store: Kept, privacy: ?string}} given
 */
export function callback(panel, given) {
  dialog(panel, t('callback'), (close) => {
    const box = h('div');
    const show = (left) => fill(box, receipt(left, given, close));
    const left = given.store.get('callback');
    if (left && Date.parse(left.revocable_until) > Date.now()) return show(left);
    return fill(box, form(given, close, (done) => {
      given.store.set('callback', done);
      show(done);
      reachable(box)[0].focus();
    }));
  });
}

function form({ client, privacy }, close, done) {
  const error = h('p.bad', { id: 'bad', role: 'alert' });
  const phone = h('input', { type: 'tel', id: 'phone', autocomplete: 'tel', disabled: true, 'aria-describedby': 'hint bad' });
  const consent = h('input', { type: 'checkbox', onchange: () => { phone.disabled = !consent.checked; } });
  const note = h('input', { id: 'note', maxlength: 300 });
  const when = ['any', 'morning', 'afternoon'].map((value) => h('input', { type: 'radio', name: 'when', value, checked: value === 'any' }));
  // The same one for every try of this form: a request whose answer was lost is kept once.
  const id = uuid();
  const refuse = (words, field) => {
    fill(error, words);
    set(field, { 'aria-invalid': 'true' }).focus();
  };
  async function submit(event) {
    event.preventDefault();
    const number = phone.value.trim();
    if (!consent.checked) return refuse(t('consentFirst'), consent);
    if (!NUMBER.test(number)) return refuse(t('phoneBad'), phone);
    const chosen = when.filter((radio) => radio.checked)[0].value;
    try {
      return done(await client.ask('POST', 'callbacks', { phone: number, consent: true, when: chosen, request_id: id, note: note.value.trim() || undefined }));
    } catch (failed) {
      return refuse(why(failed), phone);
    }
  }
  return h('form.callback', { novalidate: true, onsubmit: submit },
    h('p', t('callbackText')),
    h('label.choice', consent, t('consent')), privacy && away(privacy, t('privacy'), notes(true)),
    h('label', { for: 'phone' }, t('phone')), h('small', { id: 'hint' }, t('phoneHint')), phone, error,
    h('fieldset', h('legend', t('when')), when.map((radio) => h('label.choice', radio, t(radio.value)))),
    h('label', { for: 'note' }, t('note')), note,
    h('div.row', button(t('back'), close), button(t('submit'), null, { type: 'submit', class: 'main' })));
}

function receipt({ code, revocable_until: until }, { client, store }, close) {
  const clock = new Date(until).toTimeString().slice(0, 5);
  const said = h('p', { role: 'status' }, t('callbackDone', code, clock));
  const revoke = button(t('revoke'), async () => {
    try {
      await client.ask('DELETE', `callbacks/${encodeURIComponent(code)}`);
      store.set('callback');
      fill(said, t('revoked'));
      set(revoke, { 'aria-disabled': 'true' });
    } catch (error) {
      fill(said, t('failed', why(error)));
    }
  });
  return [said, h('div.row', revoke, button(t('back'), close, { class: 'main' }))];
}
