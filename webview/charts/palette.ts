/** The theme's colours at the moment of drawing, and word when they change. */

export interface Palette {
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  readonly grid: string;
  readonly zero: string;
  readonly shade: string;
  readonly bar: string;
  readonly up: string;
  readonly down: string;
  readonly valueLow: string;
  readonly valueHigh: string;
  readonly good: string;
  readonly bad: string;
  readonly unsure: string;
  readonly font: string;
  readonly size: number;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.body);
  // A probe resolves var() and color-mix(), which a custom property keeps as text.
  const probe = document.body.appendChild(document.createElement('span'));
  const token = (name: string, otherwise: string): string => {
    const text = style.getPropertyValue(name).trim();
    if (text === '' || text.startsWith('#')) return text === '' ? otherwise : text;
    probe.style.color = text;
    return getComputedStyle(probe).color;
  };
  const palette = paletteOf(style, token);
  probe.remove();
  return palette;
}

function paletteOf(style: CSSStyleDeclaration, token: (name: string, otherwise: string) => string): Palette {
  return {
    foreground: style.color,
    muted: token('--muted', style.color),
    background: style.backgroundColor,
    grid: token('--grid', '#888'),
    zero: token('--zero', '#888'),
    shade: token('--shade', '#8883'),
    bar: token('--bar', '#888'),
    up: token('--up', '#ff8a65'),
    down: token('--down', '#58a6ff'),
    valueLow: token('--value-low', '#888'),
    valueHigh: token('--value-high', '#e3c04d'),
    good: token('--good', '#3a3'),
    bad: token('--bad', '#c33'),
    unsure: token('--unsure', '#cc3'),
    font: style.fontFamily,
    size: Math.max(10, Number.parseFloat(style.fontSize) - 2),
  };
}

/** Calls back when VS Code puts another theme on the page. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return () => observer.disconnect();
}

/** Between two colours, 0 to 1. Keywords (forced colours) do not mix: the nearer one. */
export function mix(from: string, to: string, part: number): string {
  const a = channels(from);
  const b = channels(to);
  if (a === null || b === null) return part < 0.5 ? from : to;
  const between = a.map((start, i) => Math.round(start + ((b[i] ?? 0) - start) * part));
  return `rgb(${between.join(' ')})`;
}

/** Red, green and blue of a hex colour or of what a computed style says; null for anything else. */
function channels(colour: string): readonly number[] | null {
  const hex = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(colour);
  if (hex !== null) return hex.slice(1).map(pair => Number.parseInt(pair, 16));
  const rgb = /^rgba?\((\d+)[, ]+(\d+)[, ]+(\d+)/.exec(colour);
  return rgb === null ? null : rgb.slice(1).map(Number);
}

/** Black or white words, whichever are read better on this ground; the other colour where it is a keyword. */
export function inkOn(ground: string, otherwise: string): string {
  const rgb = channels(ground);
  if (rgb === null) return otherwise;
  const [r = 0, g = 0, b = 0] = rgb.map(channel => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000000' : '#ffffff';
}
