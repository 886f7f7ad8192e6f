import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { themes } from '../webview/gallery/themes.ts';

const css = readFileSync(new URL('../webview/styles/base.css', import.meta.url), 'utf8');
const block = (kind: string): string =>
  (kind === 'vscode-dark'
    ? /^body \{([^}]*)\}/m
    : new RegExp(`^body\\[data-vscode-theme-kind='${kind}'\\] \\{([^}]*)\\}`, 'm')
  ).exec(css)?.[1] ?? '';

/** WCAG 2 relative luminance of a six-digit hex colour. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5]
    .map(at => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

describe.each(themes)('colours on $name', theme => {
  const ground = theme.tokens['editor-background'] ?? '';
  it.each(['--up', '--down', '--value-low', '--value-high', '--bar'])(
    '%s stands out at least 3 to 1',
    name => {
      const colour = new RegExp(`${name}: (#[\\da-f]{6});`).exec(block(theme.kind))?.[1] ?? '';
      expect(colour).not.toBe('');
      expect(contrast(colour, ground)).toBeGreaterThanOrEqual(3);
    },
  );
});
