import { expect, it } from 'vitest';
import { inkOn, mix } from './palette.ts';

it('mixes hex colours and computed ones; keywords are taken whole', () => {
  expect(mix('#000000', '#ffffff', 0.5)).toBe('rgb(128 128 128)');
  expect(mix('rgb(0, 0, 0)', '#0a0000', 0.5)).toBe('rgb(5 0 0)');
  expect(mix('rgba(10, 20, 30, 0.5)', '#0a141e', 1)).toBe('rgb(10 20 30)');
  expect(mix('CanvasText', '#ffffff', 0.4)).toBe('CanvasText');
  expect(mix('CanvasText', '#ffffff', 0.6)).toBe('#ffffff');
});

it('writes black on light grounds, white on dark ones, and the other colour on keywords', () => {
  expect(inkOn('#ffffff', 'x')).toBe('#000000');
  expect(inkOn('rgb(30 30 30)', 'x')).toBe('#ffffff');
  expect(inkOn('Canvas', 'x')).toBe('x');
});
