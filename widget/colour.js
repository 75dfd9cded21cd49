const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];
/** The contrast that text needs (WCAG 2.2 AA). */
export const ENOUGH = 4.5;

/** `#rgb` or `#rrggbb` as three numbers, else null. @param {string} text @returns {?number[]} */
export function parse(text) {
  const found = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(text && text.trim());
  return found && (found[1][3] ? found[1] : found[1].replace(/./g, '$&$&')).match(/../g).map((part) => parseInt(part, 16));
}

function luminance(colour) {
  const [r, g, b] = colour.map((part) => (part > 10 ? Math.pow((part / 255 + 0.055) / 1.055, 2.4) : part / 3294.6));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
}

/** WCAG contrast of two colours. @param {number[]} one @param {number[]} other @returns {number} */
export function contrast(one, other) {
  const ratio = luminance(one) / luminance(other);
  return ratio > 1 ? ratio : 1 / ratio;
}

function mix(one, other, share) {
  return one.map((part, n) => Math.round(part * share + other[n] * (1 - share)));
}

// A colour moved towards `end` until it can be read on all grounds.
function readable(colour, grounds, end) {
  let share = 1;
  const tried = () => mix(colour, end, share);
  while (share > 0 && grounds.some((ground) => contrast(tried(), ground) < ENOUGH)) share -= 0.05;
  return tried();
}

/**
 * The colours that follow from the accent, so that text on it and in it always has enough contrast.
 * @param {number[]} accent
 * @param {boolean} dark
 * @returns {Object<string,number[]>} custom properties
 */
export function palette(accent, dark) {
  const ground = dark ? [27, 34, 43] : WHITE;
  const tint = mix(accent, ground, dark ? 0.28 : 0.1);
  return {
    '--_accent': accent,
    '--_on': contrast(accent, WHITE) < ENOUGH ? BLACK : WHITE,
    '--_ink': readable(accent, [ground, tint], dark ? WHITE : BLACK),
    '--_tint': tint
  };
}
