import { away, button, fill, h, link, set } from './dom.js';
import { notes } from './reply.js';
import { t } from './strings.js';

const NAMED = ['elder', 'script', 'human', 'more', 'save', 'print', 'clear', 'smaller', 'larger'];

/**
 * The frame: launcher, and the panel with head, tool bar, strips, conversation and composer.
 * @param {Object} act a function for each button
 * @param {{log: Log, composer: Composer, live: Live}} parts
 * @returns {Object} the nodes that change later, by name
 */
export function frame(act, { log, composer, live }) {
  const at = { title: h('h2', { id: 'title' }), bureau: h('small'), strips: h('div'), legal: h('p.legal'), size: h('span', { role: 'status' }) };
  NAMED.forEach((key) => { at[key] = button('', act[key]); });
  at.launcher = button('', act.toggle, { class: 'launcher', part: 'launcher', 'aria-expanded': 'false', 'aria-controls': 'panel' });
  at.close = button('✕', act.close);
  set(at.more, { 'aria-expanded': 'false', 'aria-controls': 'tools' });
  at.tools = h('div.bar', { id: 'tools', hidden: true }, at.save, at.print, at.clear);
  at.offline = h('p.strip.warn', { role: 'status' });
  at.said = h('p.strip', { role: 'status' });
  at.panel = h('section.panel', { id: 'panel', part: 'panel', role: 'region', 'aria-labelledby': 'title', hidden: true },
    h('header.head', { part: 'header' }, h('div', at.title, at.bureau), at.close),
    h('div.bar', { part: 'toolbar' }, at.elder, at.script, at.human, at.more),
    at.tools,
    h('div.bar.sizes', at.smaller, at.larger, at.size),
    at.strips, at.offline, at.said,
    h('div.middle', log.node, log.jump),
    composer.node, at.legal, live.node);
  return at;
}

/** Set all words of the frame, in the script in use. @param {Object} at @param {{title, session, elder: boolean, hant: boolean, size: number}} given */
export function label(at, { title, session, privacy, elder, hant, size }) {
  const { site } = session;
  NAMED.forEach((key) => fill(at[key], t(key)));
  fill(at.launcher, t('launch'));
  fill(at.title, title || (site && site.title) || t('title'));
  fill(at.bureau, site && site.bureau);
  set(at.close, { 'aria-label': t('close') });
  if (elder) fill(at.elder, t('elderOff'));
  if (hant) fill(at.script, t('toHans'));
  fill(at.size, t('size', size));
  fill(at.legal, [t('official'), ' · ', t('hotline'), link('tel:12345', '12345'), privacy && [' · ', away(privacy, t('privacy'), notes(true))]]);
}

/** What stands before the conversation: notices, place and date, hours, the first words. @param {Object} session @param {Function} ask @param {boolean} page it tells the first three itself @returns {Array} */
export function intro({ site, date, open_hours: staffed, reach, disclaimer, at }, ask, page) {
  const { hours, notices, region_name: region } = site || {};
  // Whether somebody is there was true when the session was opened; after a while only the hours are told.
  const now = Date.now() - at < 1800000 && t(staffed ? 'staffed' : 'unstaffed');
  return [
    !page && (notices || []).map((text) => h('p.notice', text)),
    !page && h('p.meta', [region, date && date.text, hours && t('hours', hours) + (now || '')].filter(Boolean).join(' · ')),
    h('div.welcome', h('h3', t('welcome')), h('p', t('welcomeHow')), button(t('canAsk'), ask)),
    h('p.meta', reach, disclaimer)
  ];
}
